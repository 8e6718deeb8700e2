"""Copy of what is printed of a batch."""

from .. import TextTable

TEXTS: TextTable = {
    "certificate_title": ("承诺达标合格证", "承诺达标合格证 (certificate of conformity)"),
    "commitment_title": ("我承诺对生产销售的食用农产品：", "我承诺对生产销售的食用农产品： (I undertake:)"),
    "basis_title": ("承诺依据：", "承诺依据 (on the basis of):"),
    "certificate_product": ("产品名称", "产品名称 (product)"),
    "certificate_quantity": ("数量（重量）", "数量（重量） (quantity)"),
    "certificate_origin": ("产地", "产地 (origin)"),
    "certificate_producer": ("生产者", "生产者 (producer)"),
    "certificate_contact": ("联系方式", "联系方式 (contact)"),
    "certificate_issued": ("开具日期", "开具日期 (issued)"),
    "certificate_lot": ("批次", "批次 (batch)"),
    "signature": ("生产者盖章或签名：", "生产者盖章或签名 (seal or signature):"),
    "silent": (
        "这批货已暂停或召回，合格证不能随货使用。",
        "The batch is held or recalled: its certificate must not go with goods.",
    ),
    "replaced": (
        "这张合格证已换新证，不能随货使用。",
        "A newer certificate has taken its place: this one must not go with goods.",
    ),
    "code_title": ("批次二维码", "QR code of the batch"),
    "code_use": ("用手机扫：打开这一批，记检测、开合格证。", "Scan: opens the batch, to test or certify it."),
    "harvested": ("采收 {day}", "Picked {day}"),
    "qr": ("批次 {lot} 的二维码", "QR code of batch {lot}"),
    "hint_a4": ("A4 纸，边距用默认。", "On A4, with the default margins."),
    "hint_roll": ("60 × 40 mm 标签纸；边距选“无”，缩放 100%。", "On 60 × 40 mm labels; without margins at 100 %."),
    "use_a4": ("改用 A4", "Use A4"),
    "use_roll": ("改用 60 × 40 mm 标签", "Use a 60 × 40 mm label"),
    "print_page": ("打印", "Print"),
    "back": ("回批次", "To the batch"),
}  # fmt: skip
