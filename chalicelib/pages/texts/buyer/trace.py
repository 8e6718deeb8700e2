"""Copy of the trace page. The six states stand as PAGES.md words them.

No text that a recalled page prints may contain 合格 or "pass": a test reads them all.
"""

from .. import TextTable

TEXTS: TextTable = {
    "page_title": ("{product}：产地、检测、合格证", "{product}: origin, tests, certificate"),
    "page_title_recalled": ("请不要食用：{product}正在召回", "Do not eat: {product} recalled"),
    "about_parcel": (
        "{place} {grower}，{day} 采收。点开看检测和有没有召回。",
        "{grower}, {place}, picked {day}. Open it for its tests and any recall.",
    ),
    "about_recalled": (
        "请不要食用：这批货正在召回。不用寄回，拍照登记即全额退款。",
        "Do not eat: this batch is being recalled. Send a photo for a full refund.",
    ),
    # Banners: a title, then what to make of it.
    "recalled_title": ("请不要食用：这批货正在召回。", "Do not eat: this batch is being recalled."),
    "recalled_text": ("不用寄回，拍照登记即全额退款。", "Send a photo for a full refund."),
    "stopped_voided": (
        "它的订单已取消。货若在您手里，请联系卖家。",
        "Its order was cancelled. If you have the goods, get in touch with the shop.",
    ),
    "recalled_which": (
        "{when} 起召回，批次 {lot}。原因：{reason}",
        "Recalled {when}, batch {lot}. Reason: {reason}",
    ),
    "failed_title": ("检测不合格：{metrics}。", "Test failed: {metrics}."),
    "failed_food": (
        "请先不要食用。这批货已暂停销售；收到货的，请找售后。",
        "Please do not eat it for now. The batch is off sale; if you have it, report it here.",
    ),
    "do_not_eat": ("请先不要食用。", "Please do not eat it for now."),
    "failed_measure": (
        "没有达到约定的要求，这批货已暂停销售。收到货的，请找售后。",
        "It is not what was promised, and the batch is off sale. If you have it, report it here.",
    ),
    "held_title": ("这批货暂停销售，正在核查。", "Off sale: this batch is being checked."),
    "held_text": (
        "还没有结论。收到货的请先放一放；有问题找售后。",
        "Nothing is decided yet. If you have it, set it aside; report any problem here.",
    ),
    "complaint_title": (
        "您的售后正在处理，最晚 {when} 答复。",
        "Claim in progress; reply due {when}.",
    ),
    "complaint_left": ("还剩 {left}。", "{left} left."),
    "complaint_due": (
        "答复期限已到。先联系卖家；仍没有答复，请拨打 12315。",
        "The deadline has come. Ask the seller first; if nobody answers, call 12315.",
    ),
    "suspect_title": ("小心：这个码已被扫过 {n} 次。", "Caution: scanned {n} times."),
    "suspect_text": (
        "不能确认您手里的是原箱。",
        "We cannot confirm yours is the original.",
    ),
    "suspect_hint": (
        "首次扫码 {when}。标签可能被复制，请和卖家核对订单。",
        "First scan {when}. Labels can be copied: check your order with the seller.",
    ),
    "notice_title": ("留意：这个码已被扫过 {n} 次。", "Note: scanned {n} times."),
    "notice_text": (
        "家人、快递员也可能扫过。箱子若被拆过，请找售后。",
        "Family or the courier may have scanned it. If the box was opened, report it.",
    ),
    "offline_title": (
        "没有网络，这是上次保存的内容。",
        "Offline copy; recall and scan count may have changed.",
    ),
    "offline_text": ("召回和扫码次数可能已变化。保存于 {when}。", "Saved {when}."),
    "passed_first": ("检测合格，码是第一次被扫", "Tests passed, first scan of this code"),
    "passed_nth": ("检测合格，这是第 {n} 次扫这个码", "Tests passed, scan no. {n} of this code"),
    "passed_already": ("检测合格，码已被扫过 {n} 次", "Tests passed, code scanned {n} times"),
    "rapid_first": ("快速检测合格，码是第一次被扫", "Tests passed, first scan of this code"),
    "rapid_nth": ("快速检测合格，这是第 {n} 次扫这个码", "Tests passed, scan no. {n} of this code"),
    "rapid_already": ("快速检测合格，码已被扫过 {n} 次", "Tests passed, code scanned {n} times"),
    "untested_title": ("这批货还没有检测记录。", "Not tested yet."),
    "untested_some_title": ("批次 {lot} 还没有检测记录。", "Batch {lot}: not tested yet."),
    "untested_text": (
        "下面是生产者自己的申报，没有检测佐证。",
        "What follows is the grower's own word; no test confirms it.",
    ),
    "unjudged_title": ("有测量记录，没有规定限值。", "Measured, with no limit to judge by."),
    "unjudged_text": (
        "数值见下方；不作达标与否的结论。",
        "The values are below; they prove neither good nor bad.",
    ),
    "scan_first": ("码是第一次被扫。", "First scan of this code."),
    "scan_nth": ("这是第 {n} 次扫这个码。", "Scan no. {n} of this code."),
    "scan_already": ("码已被扫过 {n} 次。", "This code was scanned {n} times."),
    "tested_on": ("{when} · {who}", "{when} · {who}"),
    # Who grew it.
    "who_title": ("谁产的，何时采的", "Who grew it, when picked"),
    "batch_of": ("第 {n} 批，共 {total} 批", "Batch {n} of {total}"),
    "word_grower": ("生产者自报", "Self-declared"),
    "best_before": ("最佳食用期", "Best before"),
    "best_before_past": ("{day}，已过", "{day}, past"),
    "picked": ("采收", "Picked"),
    "picked_before": ("{day}（装箱前 {n} 天）", "{day}, packed {n} days later"),
    "picked_day_before": ("{day}（装箱前 1 天）", "{day}, packed next day"),
    "picked_same_day": ("{day}（当天装箱）", "{day}, packed the same day"),
    "producer": ("产户", "Grower"),
    "origin": ("产地", "Place"),
    "batch": ("批次", "Batch"),
    "batch_value": ("{lot}，共 {quantity}", "{lot}, {quantity} in all"),
    "batch_part": ("{lot}，本箱 {part} / 共 {quantity}", "{lot}, {part} here of {quantity}"),
    # Tests.
    "tests_title": ("检测结果", "Test results"),
    "word_own_rapid": ("村里快速检测", "Village's own rapid test"),
    "word_own": ("村里自测", "Village's own test"),
    "stage_harvest": ("采收时", "at harvest"),
    "stage_storage": ("贮存中", "in storage"),
    "stage_packing": ("装箱前", "before packing"),
    "stage_market": ("上市后", "on the market"),
    "sample": ("抽样 {size}", "sample {size}"),
    "corrects": ("更正了先前的记录", "corrects an earlier record"),
    "not_detected": ("未检出", "not detected"),
    "below_detection": ("未检出：低于检出限", "not detected: below the detection limit"),
    "bound_lt": ("低于 {limit}", "below {limit}"),
    "bound_le": ("不超过 {limit}", "at most {limit}"),
    "bound_gt": ("高于 {limit}", "above {limit}"),
    "bound_ge": ("不低于 {limit}", "at least {limit}"),
    "bound_absent": ("不得检出", "must be absent"),
    "bound_none": ("没有限值", "no limit"),
    "basis_title": ("标准和方法", "Standards and methods"),
    "between": ("；", "; "),
    "basis_row": ("{name}：{basis}", "{name}: {basis}"),
    "limit_lt": ("限值 低于 {limit}", "Limit: below {limit}"),
    "limit_le": ("限值 不超过 {limit}", "Limit: at most {limit}"),
    "limit_gt": ("要求 高于 {limit}", "Required: above {limit}"),
    "limit_ge": ("要求 不低于 {limit}", "Required: at least {limit}"),
    "limit_absent": ("要求 不得检出", "Required: not detected"),
    "limit_none": ("没有规定限值，只作记录", "No limit set; recorded only"),
    "plan_by_county": (
        "测什么、限值多少由县里统一规定。",
        "What is tested, and the limits, are set by the county.",
    ),
    "plan_by_village": (
        "测什么、限值多少由驻村干部规定。",
        "What is tested, and the limits, are set by the village’s cadre.",
    ),
    "source": ("依据 {source}", "by {source}"),
    "method": ("方法 {method}", "method {method}"),
    "chip_pass": ("合格", "Pass"),
    "chip_rapid": ("快速检测", "Rapid test"),
    "chip_fail": ("不合格", "Fail"),
    "chip_none": ("只记录", "Recorded"),
    "chip_suspended": ("结论暂停", "Suspended"),
    "chip_over": ("未达要求", "Outside limit"),
    "rapid_note": (
        "快速检测是筛查，不代替实验室确证。",
        "A rapid test screens; it does not replace a laboratory.",
    ),
    "suspended_note": (
        "召回期间，检测结论一律暂停；数值照实列出。",
        "During the recall no test counts; the values are listed as measured.",
    ),
    "original_note": (
        "结果属于这个批次，不能证明您手里的是原箱。",
        "Results belong to the batch; they do not prove this box is the original.",
    ),
    "untested": ("没有检测记录。", "No test is on record."),
    "earlier": ("更早的 {n} 次检测", "{n} earlier tests"),
    "earlier_one": ("更早的 1 次检测", "1 earlier test"),
    "earlier_of": (
        "更早的检测（共 {total} 次，列出最近 {n} 次）",
        "Earlier tests ({total} in all, latest {n} listed)",
    ),
    "photos": ("{n} 张照片", "Photos: {n}"),
    "photos_sized": ("{n} 张照片（共 {size}）", "Photos: {n} ({size})"),
    # 承诺达标合格证
    "certificate_title": ("承诺达标合格证", "Conformity certificate (承诺达标合格证)"),
    "word_commitment": ("生产者承诺", "Grower's promise"),
    "committed_by": ("承诺主体", "Issued by"),
    "issued": ("开具时间", "Issued"),
    "basis": ("依据", "Basis"),
    "basis_self_controlled": ("质量安全控制符合要求", "own quality control meets the rules"),
    "basis_self_tested": ("自行检测合格", "own test passed"),
    "basis_commissioned_test": ("委托检测合格", "commissioned test passed"),
    "commitment": ("承诺", "Promise"),
    "commitment_text": (
        "{text}",
        "no banned pesticide, veterinary drug or other compound used; "
        "residues of permitted ones within limits",
    ),
    "no_certificate": (
        "这批货没有登记承诺达标合格证。",
        "No certificate is on record for this batch.",
    ),
    "certificate_waits": (
        "这批货正在核查，合格证暂不作依据。",
        "The batch is being checked; its certificate does not count for now.",
    ),
    "promise_title": ("生产者的达标承诺", "Grower's certificate"),
    "promise_suspended": ("召回期间已暂停，不作依据。", "Suspended during the recall."),
    # Journey.
    "journey_title": ("这一箱走过的路", "Its journey"),
    "step_harvested": ("采收", "Picked"),
    "step_inspected": ("检测", "Tested"),
    "step_inspected_many": ("检测 {n} 次，最近一次", "Tested {n} times, last"),
    "step_certified": ("开具承诺达标合格证", "Certificate issued"),
    "step_packed": ("装箱贴码", "Packed and labelled"),
    "step_shipped": ("发货", "Shipped"),
    "step_delivered": ("签收", "Delivered"),
    "step_recalled": ("召回", "Recalled"),
    # Scans, hotline, privacy.
    "scans_title": ("这个码被扫过几次", "How often this code was scanned"),
    "scans_none": ("这是第一次。", "This is the first time."),
    "scans_count": ("{n} 次。", "It was scanned {n} times."),
    "scans_count_one": ("1 次。", "It was scanned once."),
    "scans_since": ("首次扫码 {when}。", "First scan {when}."),
    "scans_rule": (
        "同一部手机 24 小时内只算一次。请核对标签上的编码：{code}",
        "One phone counts once in 24 hours. Compare the code on the label: {code}",
    ),
    "help_text": (
        "不满意，先找卖家或售后，按期限答复。谈不拢的，打全国消费者热线：",
        "Not satisfied? Ask the seller or report it: replies have a deadline. If that fails, the "
        "national consumer hotline:",
    ),
    "my_complaint": ("看我提交的售后", "See my claim"),
    "privacy": (
        "本页不显示买家信息和精确位置；扫码只记随机编号和次数。记录由村里和检测机构填写，改动留痕。",
        "No buyer data, no exact place; a scan keeps a random number and a count. "
        "Records are kept by the village and the labs; every change leaves a trace.",
    ),
    # The bar.
    "bar_report": ("有问题找售后", "Report a problem"),
    "bar_again": ("再买一箱", "Buy again"),
    "bar_refund": ("登记退款", "Get my refund"),
    "bar_shop": ("看卖家", "See the shop"),
    "bar_fake": ("怀疑假货，举报", "Report a fake"),
    "bar_progress": ("看处理进度", "See progress"),
    "bar_reload": ("重新加载", "Reload"),
    # Unknown code.
    "unknown_page": ("查溯源码", "Look up a code"),
    "unknown_about": (
        "没有查到这个码。可能是输错、标签破损，或不是我们发出的货。",
        "Code not found. Mistyped, damaged, or not ours.",
    ),
    "unknown_title": ("没有查到这个码。", "Code not found."),
    "unknown_text": (
        "可能是输错、标签破损，或不是我们发出的货。",
        "Mistyped, damaged, or not ours.",
    ),
    "unknown_typed": ("您查的是：{typed}", "You looked up: {typed}"),
    "retype": ("重新输入编码", "Type the code again"),
    "retype_hint": (
        "在标签左下角、二维码下面：13 位，不分大小写，横线可不填。",
        "At the bottom left of the label, below the QR code: 13 characters, any case, hyphens optional.",
    ),
    "where_link": ("编码在哪里？", "Where is it?"),
    "unknown_do": ("您还可以", "You can also"),
    "unknown_damaged": (
        "标签破损：在下单的地方找卖家，报订单号查询。",
        "Damaged label: ask the seller, naming your order number.",
    ),
    "unknown_fake": (
        "怀疑假货：拍下包装和标签，先不要食用，拨打 12315。",
        "Suspected fake: photograph box and label, do not eat it, call 12315.",
    ),
    "look_up": ("查这个码", "Look it up"),
}

METRICS_EN: dict[str, str] = {
    "inhibition": "Pesticide inhibition",
    "inhibition_rate": "Pesticide inhibition",
    "pesticide_inhibition": "Pesticide inhibition",
    "brix": "Sugar",
    "sugar": "Sugar",
    "florfenicol": "Florfenicol",
    "weight": "Weight",
    "diameter": "Diameter",
    "moisture": "Moisture",
}
"""English for usual metric keys; another metric keeps the name its plan gives."""

GRADES_EN: dict[str, str] = {
    "特级": "special grade",
    "一级": "grade 1",
    "一级果": "grade 1",
    "二级": "grade 2",
    "二级果": "grade 2",
}
"""English for the grades of GB/T 39438 and the like."""
