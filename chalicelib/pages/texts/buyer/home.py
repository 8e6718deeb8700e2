"""Copy of the first page, and of where a code is typed."""

from .. import TextTable

TEXTS: TextTable = {
    "home_title": ("山货溯源", "Shanhuo trace"),
    "home_about": (
        "输入箱上的编码，看谁种的、哪天采的、怎么检测的，有没有召回。",
        "Type the code on the box: who grew it, when it was picked, how it was tested, any recall.",
    ),
    "lookup_about": (
        "编码印在箱上标签的左下角：13 位字母和数字。",
        "The code stands at the bottom left of the label on the box: 13 letters and digits.",
    ),
    "code": ("箱上的编码", "Code on the box"),
    "code_hint": (
        "标签左下角的 13 位，如 K7Q2-M9XW-4B3C-H。不分大小写，横线可不填。",
        "13 characters at the bottom left of the label, such as K7Q2-M9XW-4B3C-H. Any case, hyphens optional.",
    ),
    "where_title": ("编码在哪里", "Where it stands"),
    "where_picture": (
        "标签的样子：左边是二维码，编码在二维码下面、左下角。",
        "The label: a QR code on the left, the code below it, at the bottom left.",
    ),
    "where_text": (
        "在标签左下角、二维码下面，四个一组。",
        "At the bottom left of the label, below the QR code, in groups of four.",
    ),
    "camera": ("拍标签上的二维码", "Photograph the QR code"),
    "camera_busy": ("正在看照片…", "Looking at the photo…"),
    "camera_none": (
        "没看清二维码：靠近一点、亮一点再拍，或输入编码。",
        "No QR code seen: go closer, into better light, or type the code.",
    ),
    "camera_other": (
        "这不是箱上的溯源码。",
        "That is not the code of a box.",
    ),
    "camera_away": (
        "没有网络，或系统忙：请再试，或输入编码。",
        "No network, or busy: try again, or type the code.",
    ),
    "where_scan": (
        "手机相机或微信“扫一扫”对准二维码，不用输入。",
        "Or point the camera, or Scan in WeChat, at the QR code: nothing to type.",
    ),
    "shops_title": ("村里的店铺", "Village shops"),
    "shops_none": ("还没有店铺开张。", "No shop is open yet."),
    "shops_more": ("更多店铺", "More shops"),
    "sign_in": ("县办、驻村干部、卖家登录", "Sign in: county, cadres, sellers"),
}  # fmt: skip
