"""Copy of the sign-in page."""

from .. import TextTable

TEXTS: TextTable = {
    "title": ("登录工作台", "Sign in"),
    "about": ("县办、驻村干部和卖家从这里登录。", "For the county office, village cadres and sellers."),
    "username": ("用户名", "Username"),
    "password": ("密码", "Password"),
    "sign_in": ("登录", "Sign in"),
    "forgot": ("忘记密码，请联系县办重置。", "Forgotten your password? Ask the county office."),
    "buyers": ("买家不用登录，扫箱上的码即可。", "Buyers need no account: scan the code on the box."),
    "not_in": ("没有登录", "Not signed in"),
    "now": ("您已登录为 {name}", "You are signed in as {name}"),
    "kept": ("登录已结束，您填的内容还在", "Your session has ended; what you typed is kept"),
    "kept_text": (
        "用同一个账号登录，就回到刚才的表单。内容还没有提交。",
        "Sign in with the same account to go back to the form. Nothing has been sent yet.",
    ),
    "lost": ("登录已结束，内容太多没能留住", "Your session has ended; there was too much to keep"),
    "lost_text": ("登录后请再填一次。", "Please fill it in again after signing in."),
    "continue": ("进入工作台", "To the desk"),
}  # fmt: skip
