"""Why a row of a file becomes no order: code -> (zh-CN, English), with what to do.

Beside these a row may meet what any order may: "out_of_stock", "offer_closed", "batch_held".
"""

REASONS: dict[str, tuple[str, str]] = {
    "no_number": ("这一行没有订单号，不知道属于哪个订单。", "No order number: it is not known which order this row belongs to."),
    "number": ("订单号“{value}”不像订单号，请核对这一列。", "“{value}” is no order number; check the column."),
    "number_lost": (
        "订单号“{value}”的尾数已被 Excel 丢掉；请重新从平台导出，不要用 Excel 打开后保存。",
        "Excel has lost the last digits of order number “{value}”; export the file again and do not save it with Excel.",
    ),
    "error_value": (
        "第 {row} 行的{what}是 {value}，这是表格软件的错误值，不是内容；请在表里改好再导入。",
        "In row {row}, {what} is {value}: an error value of a spreadsheet and no content; mend it in the table and import it again.",
    ),
    "no_content": (
        "第 {row} 行的{what}写着“{value}”，等于没填；请补上再导入，或手工录入。",
        "In row {row}, {what} says “{value}”, which is nothing; fill it in and import it again, or enter the order by hand.",
    ),
    "lost_character": (
        "第 {row} 行的{what}有读不出的字（�）：{value}。请核对后改好再导入，或手工录入。",
        "In row {row}, {what} has a character that could not be read (�): {value}. Check it, mend it and import it again, or enter the order by hand.",
    ),
    "group_number": (
        "“{value}”是每个团各自从 1 数起的号，不是订单号；请用带订单号或下单时间（到分钟）的导出。",
        "“{value}” starts again with each group, so it is no order number; export the file with order numbers, or with times to the minute.",
    ),
    "joined": (
        "这几行合计写一笔金额，商品金额加起来却不是它，分不清各付了多少；请手工录入。",
        "These rows share one sum, which is not what their goods come to, so it is not known what each cost; enter the order by hand.",
    ),
    "item": ("没有商品名称。", "The item has no name."),
    "item_unmapped": ("请选择“{title}”对应您的哪个商品。", "Choose which of your offers “{title}” is."),
    "no_open_offer": (
        "“{product}”每份 {pack} {unit} 现在没有在售的商品；请先到“商品”页上架，再重新读取。",
        "No offer of “{product}” in packs of {pack} {unit} is open now; open one under Offers, then read the file again.",
    ),
    "quantity": ("数量“{value}”不是 1 以上的整数。", "The quantity “{value}” is no whole number from 1."),
    "amount": ("金额“{value}”读不懂，应如 12.50。", "The amount “{value}” cannot be read; write it like 12.50."),
    "no_amount": ("没有实付金额。", "It does not say what was paid."),
    "part_amount": (
        "订单有一部分已退款或关闭，文件里没有其余部分的金额；请手工录入。",
        "Part of the order is refunded or closed and the file does not say what the rest cost; enter it by hand.",
    ),
    "goods_in_one_cell": (
        "一格里写着几种商品，看不出各要几件：{title}；请改用按商品分行的导出，或手工录入。",
        "One cell holds several goods, and how many of each is not known: “{title}”; export the file with a row for each, or enter the order by hand.",
    ),
    "counts_differ": (
        "商品后面写的件数合计 {counted}，数量一栏是 {quantity}；请核对后手工录入。",
        "The counts beside the goods come to {counted}, the quantity is {quantity}; check the order and enter it by hand.",
    ),
    "equal_rows": (
        "第 {rows} 行相同，看不出是买了几次，还是同一行出现了几次；请到平台核对，手工录入。",
        "Rows {rows} are alike: the goods were bought several times, or a row was given several times; check the order on the platform and enter it by hand.",
    ),
    "paid_at": ("付款时间“{value}”读不懂，应如 2026-11-23 20:05:01。", "The time “{value}” cannot be read; write it like 2026-11-23 20:05:01."),
    "paid_ahead": ("付款时间 {value} 还没有到，请核对，改好再导入。", "The time {value} has not come yet; check it, mend it and import it again."),
    "name": ("没有收货人姓名，或姓名太长。", "The receiver's name is missing or too long."),
    "phone": (
        "收货电话读不懂；请写一个完整的号码，分机写在后面，如 13800000000-1234。",
        "The phone number cannot be read; write one whole number, with an extension behind it: 13800000000-1234.",
    ),
    "two_extensions": (
        "姓名和地址里写着不同的分机号（{value}），不知道打哪个；请到平台核对，手工录入。",
        "The name and the address give different extensions ({value}), so it is not known whom the number reaches; check them on the platform and enter the order by hand.",
    ),
    "phone_lost": ("电话“{value}”的尾数已被 Excel 丢掉，请重新导出。", "Excel has lost the last digits of the phone number “{value}”; export the file again."),
    "address": (
        "地址看不出省、市、区县，或者这个市没有这个区县；请写成“省 市 区县 街道门牌”，或分开写。",
        "Province, city and district cannot be told apart in the address, or there is no such district in the city; write “province city district street”, or write them separately.",
    ),
    "no_city": (
        "“{value}”没有写明在哪个市，请补上省和市。",
        "It does not say which city “{value}” is in; add province and city.",
    ),
    "contradiction": (
        "同一订单的几行写着不同的{what}，请核对。",
        "Rows of this order disagree on the {what}; check them.",
    ),
    "not_for_shipping": ("不用发货：{status}", "Not for shipping; the file says “{status}”"),
    "unpaid": ("不用发货：没有付款时间，还没付款。", "Not for shipping: without a time of payment it is not paid."),
    "no_status": (
        "没有订单状态，也没有付款时间，看不出付没付款；请在平台核对，补上再导入。",
        "The order’s state is missing, and its time of payment too, so it may not be paid; check it on the platform and fill it in.",
    ),
    "unknown_state": (
        "不认识“{status}”，看不出要不要发货；请到平台核对，要发的手工录入。",
        "“{status}” is not known here, so it may not be for shipping; check the order on the platform and enter it by hand if it is.",
    ),
    "part_shipped": (
        "“{status}”：已发走一部分；请到平台看还剩什么没发，手工录入。",
        "“{status}”: some of it has left already; see on the platform what remains, and enter that by hand.",
    ),
    "cash_on_delivery": (
        "货到付款（{status}）：买家还没付款，不能当作已付款导入；要发的请手工录入。",
        "Paid on delivery (“{status}”): the buyer has not paid yet, so it is not imported as paid; enter it by hand if it goes out.",
    ),
    "pays_later": (
        "先发货后付款（{status}）：买家还没付款，不能当作已付款导入；要发的请手工录入。",
        "Paid after it was sent (“{status}”): the buyer has not paid yet, so it is not imported as paid; enter it by hand if it goes out.",
    ),
    "rows_missing": (
        "订单金额 {whole} 比这几行商品加运费（{rows}）多，可能少了几行；请从平台重新导出全部行，或手工录入。",
        "The order’s sum of {whole} is more than its rows and the freight come to ({rows}), so rows may be missing; export all of them again, or enter the order by hand.",
    ),
    "refunded": ("不用发货：已全额退款。", "Not for shipping: all of it was paid back."),
    "part_refunded": (
        "退了一部分（{status}），看不出还要发什么；请到平台核对，要发的手工录入。",
        "Part of it was paid back ({status}), and what is still to be sent cannot be told; check it on the platform and enter that by hand.",
    ),
    "has_waybill": ("不用发货：已有快递单号 {value}。", "Not for shipping: it has waybill {value} already."),
    "changed_sku": (
        "买家改了规格：{value}；请到平台核对，手工录入。",
        "The buyer changed the variant to “{value}”; check it on the platform and enter the order by hand.",
    ),
    "too_many_lines": ("一个订单最多 {most} 种商品，请手工录入。", "An order holds at most {most} items; enter it by hand."),
    "different": (
        "已有这个订单，但{what}不同：{number}。没有改动它。",
        "The order is already there, but its {what} differs: {number}. It was left as it is.",
    ),
    "here_waits": (
        "这个订单已经在这里，还没发走；文件里现在是“{status}”。导入后先不装箱、不发货：请打开订单取消、退款，或确认照发。不要再手工录入。",
        "This order is here and has not left; the file now says “{status}”. Once imported it is neither packed nor sent: open it and cancel or refund it, or say that it goes out all the same. Do not enter it again.",
    ),
    "here_decided": (
        "这个订单已经在这里；文件里是“{status}”，您已确认照发。",
        "This order is here; the file says “{status}”, and you have said that it goes out all the same.",
    ),
    "here_packed": (
        "这个订单在这里已经装箱；文件里是“{status}”。没有改动它。",
        "This order is packed here; the file says “{status}”. It was left as it is.",
    ),
    "here_sent": (
        "这个订单已经从这里发走；文件里是“{status}”。没有改动它。",
        "This order has left from here already; the file says “{status}”. It was left as it is.",
    ),
    "here_ended": (
        "这个订单在这里已经取消；文件里是“{status}”。",
        "This order was cancelled here already; the file says “{status}”.",
    ),
    "here_unread": (
        "这个订单已经在这里，这几行没能读懂，没有改动它；不要再录入一次。",
        "This order is here already; these rows could not be read and it was left as it is. Do not enter it again.",
    ),
}  # fmt: skip

DOUBTS: dict[str, tuple[str, str]] = {
    "far_packs": (
        "请核对：{packs} 份，这个文件里别的订单最多 {most_packs} 份。",
        "Check: {packs} packs, the other orders of this file have {most_packs} at most.",
    ),
    "far_sum": (
        "请核对：付了 {paid}，按现在的价应是 {usual}。",
        "Check: {paid} was paid, at today’s price it would be {usual}.",
    ),
}
"""Why a person should look at a row that becomes an order all the same."""

FACTS: dict[str, tuple[str, str]] = {
    "piece": ("个", "pieces"),
    "file_unpaid": ("没有付款时间", "no time of payment"),
    "file_refunded": ("已全额退款", "all of it was paid back"),
    "file_part_amount": ("一部分已退款或关闭", "a part is paid back or closed"),
    "file_has_waybill": ("已有快递单号", "it has a waybill"),
    "file_here_less": ("商品和金额比原来少", "fewer goods and a smaller sum than before"),
    "buyer": ("收货人", "receiver"),
    "total": ("金额", "total"),
    "lines": ("商品", "items"),
    "name": ("收货人", "receiver"),
    "phone": ("电话", "phone"),
    "address": ("地址", "address"),
    "order_amount": ("实付金额", "amount"),
    "number": ("订单号", "order number"),
    "sub_number": ("子订单号", "sub-order number"),
    "item": ("商品名称", "item"),
    "sku": ("规格", "variant"),
    "quantity": ("数量", "quantity"),
    "unit_price": ("单价", "unit price"),
    "amount": ("实付金额", "amount"),
    "status": ("订单状态", "order state"),
    "refund_status": ("退款状态", "refund state"),
    "nick": ("买家昵称", "buyer’s nickname"),
    "province": ("省", "province"),
    "city": ("市", "city"),
    "district": ("区县", "district"),
    "street": ("街道", "street"),
    "detail": ("详细地址", "address"),
    "kinds": ("商品种类数", "kinds of goods"),
    "group_number": ("团内序号", "number within a group"),
    "new_sku": ("修改后的规格", "changed variant"),
    "received": ("商家实收金额", "received by the shop"),
    "balance": ("余额支付", "paid from the balance"),
    "freight": ("运费", "freight"),
    "discount": ("优惠", "discount"),
    "shipping_status": ("发货状态", "shipping state"),
    "refunded": ("已退金额", "sum paid back"),
    "order_refunded": ("已退金额", "sum paid back"),
    "payment_method": ("支付方式", "way of payment"),
    "waybill": ("快递单号", "waybill"),
    "new_address": ("修改后的收货地址", "changed address"),
    "paid_at": ("付款时间", "time of payment"),
    "ordered_at": ("下单时间", "time of the order"),
}
"""Words for the facts of a reason that are not from the file."""

PACK_DOUBTS: dict[str, tuple[str, str]] = {
    "name": (
        "名称看着不一样：平台写“{written}”，将装“{offer}”，请核对。",
        "The names differ: the platform says “{written}”, “{offer}” will be packed; check it.",
    ),
    "size": (
        "规格不一样：平台写 {written}，一件将装 {packed}，请核对。",
        "The sizes differ: the platform says {written}, one piece of it will be {packed}; check it.",
    ),
}  # fmt: skip
"""What looks different between a platform's goods and what will be packed for them."""

TO_PACK = (
    "{title} × {packs}（每份 {size}，共 {total}）",
    "{title} × {packs} ({size} each, {total} in all)",
)
ONE_TO_PACK = ("{title} × 1（{size}）", "{title} × 1 ({size})")
