"""Copy above a form that holds what was typed before signing in."""

from .. import TextTable

TEXTS: TextTable = {
    "refilled": ("这是您登录前填的内容", "This is what you typed before signing in"),
    "refilled_text": (
        "还没有提交。看一遍，再按一次按钮。",
        "It has not been sent. Look it over, then press the button once more.",
    ),
    "refilled_link": ("到表单", "To the form"),
    "refilled_file": ("照片和文件要重新选。", "Photos and files must be chosen again."),
    "form_gone": ("这张表单现在没有了", "This form is no longer here"),
    "form_gone_text": (
        "您登录前填的内容没有提交，抄在这里：",
        "What you typed before signing in was not sent. Here it is, to copy:",
    ),
}  # fmt: skip
