"""What refusals about complaints say: (zh-CN, English). The others stand in sentences.py."""

CLAIM_SENTENCES: dict[str, tuple[str, str]] = {
    "complaint_open": (
        "这个包裹已有处理中的售后，请查看进度或补充说明。",
        "This parcel already has an open complaint; follow that one.",
    ),
    "complaint_ended": (
        "这件售后已经了结，不能再补充；不满意可以重开一次，或拨打 12315。",
        "This complaint has ended, so nothing can be added; reopen it, once, or call 12315.",
    ),
    "conversation_full": (
        "一件售后最多补充 {messages} 条、照片共 {photos} 张，已满。请等卖家答复，或拨打 12315。",
        "A complaint takes {messages} further messages and {photos} photos in all, and has them."
        " Wait for the reply, or call 12315.",
    ),
    "taken_over": (
        "这箱货的买家已凭订单自己登记售后，这一件到此为止。",
        "The buyer of this parcel has reported it with the order, so this complaint has ended.",
    ),
    "reopened_already": (
        "售后只能重开一次；仍不满意请拨打 12315。",
        "A complaint can be reopened once; if you still disagree, call 12315.",
    ),
    "not_joined": (
        "订单号和手机尾号对不上。请填订单页或购物平台上的完整订单号，和下单时收货手机的最后四位。",
        "Order number and phone digits do not belong together. Enter the whole order number, as the"
        " order's page or the platform shows it, and the last four digits of the receiver's phone.",
    ),
    "photo_heic": (
        "这是 HEIC 格式的照片，很多手机和电脑打不开，没有收。请打开照片截一张屏，选截屏的那张；"
        "或把相机设成拍 JPG，再拍一张。",
        "This is a HEIC photo, which many phones and computers cannot open, so it was not taken."
        " Open it, take a screenshot, choose that; or let the camera save JPEG and take it anew.",
    ),
}
COMPLAINT_ENDED: dict[str, tuple[str, str]] = {
    "settled": (
        "这件售后已经解决了：{remedy}。买家重开之前，不用再处理。",
        "This complaint was settled before: {remedy}. Nothing is to be done unless it is reopened.",
    ),
    "rejected": (
        "这件售后已经驳回了。买家重开之前，不用再处理。",
        "This complaint was rejected before. Nothing is to be done unless it is reopened.",
    ),
}
"""Said instead of "not_allowed_now", by the state of the complaint."""
