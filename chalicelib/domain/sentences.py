"""The one sentence of each refusal, by its code, in both languages: what it is and what to do now."""

from .book_refusals import BOOK_SENTENCES
from .charge_refusals import CHARGE_SENTENCES
from .claim_refusals import CLAIM_SENTENCES

SENTENCES: dict[str, tuple[str, str]] = {
    **BOOK_SENTENCES,
    **CHARGE_SENTENCES,
    **CLAIM_SENTENCES,
    # code: (zh-CN, English); {facts} are filled in from Refusal.facts
    "bad_request": (
        "请求格式不对：{reason}。请改正后再发。",
        "The request is malformed: {reason}. Correct it and send it again.",
    ),
    "invalid": (
        "有内容填得不对，请改正：{wrong}。",
        "Some fields are not right; correct them: {wrong}.",
    ),
    "bad_credentials": (
        "用户名或密码不对，请再试一次。",
        "Wrong username or password; please try again.",
    ),
    "wrong_password": ("现在的密码不对，请再试。", "That is not your password; try again."),
    "account_closed": (
        "这个账号已停用，请联系县办重新开通。",
        "This account is closed; ask the county office to open it again.",
    ),
    "own_account": ("自己的账号要由另一个县办停用。", "Ask another county account to close it."),
    "changed_meanwhile": (
        "您打开这一页之后，别人改过它。您填的还在；请核对标出的地方，再保存一次。",
        "Somebody else changed it meanwhile. What you typed is here: check what is marked, save again.",
    ),
    "unauthenticated": (
        "请先登录，或登录已过期，请重新登录。",
        "Sign in first; if you were signed in, your session has ended.",
    ),
    "forbidden": (
        "您的账号（{role}）没有这项权限，请联系县办。",
        "Your account ({role}) may not do this; ask the county office.",
    ),
    "csrf": (
        "页面已过期，请刷新后再提交。",
        "This page has expired; reload it and send the form again.",
    ),
    "not_found": ("没有找到{what}，请检查编号。", "No such {what}; check the id."),
    "no_own_order": (
        "电话和编号对不上。请填下单时留的完整电话，和订单页上的订单号，或箱上标签的编码。",
        "Phone and number do not belong together. Enter the whole phone number that was"
        " given with the order, and the order's number or the code on the box's label.",
    ),
    "method_not_allowed": (
        "这个地址不支持 {method}，可用：{allowed}。",
        "{method} is not possible here; use {allowed}.",
    ),
    "unsupported_media_type": ("请用 {expected} 格式发送。", "Send the body as {expected}."),
    "body_too_large": (
        "内容超过 {limit_bytes} 字节，请减小后再发。",
        "The body is larger than {limit_bytes} bytes; make it smaller.",
    ),
    "different_content": (
        "编号 {id} 已有不同内容的记录；请换新编号，或按原内容重发。",
        "Id {id} already holds different content; use a new id or repeat the same content.",
    ),
    "idempotency_key_reused": (
        "这个 Idempotency-Key 已用于另一项内容，请换一个新的。",
        "This Idempotency-Key was used with another body; use a new key.",
    ),
    "in_progress": (
        "同一请求正在处理，请稍后用同一个 Idempotency-Key 重试。",
        "The same request is in progress; retry with the same Idempotency-Key.",
    ),
    "not_allowed_now": (
        "{subject}目前是“{state}”，不能变为“{wanted}”；可以：{allowed}。",
        "The {subject} is {state} and cannot become {wanted}; possible: {allowed}.",
    ),
    "release_needs_pass": (
        "解除暂停需要一份晚于暂停的合格检测，请先补录检测。",
        "Releasing needs a passed inspection newer than the hold; record one first.",
    ),
    "certificate_needs_pass": (
        "依据为检测的合格证需要先有合格的检测记录。",
        "A certificate based on a test needs a passed inspection first.",
    ),
    "exceeds_uncertified": (
        "这批货的合格证已经开了 {certified}，还能开 {left}，不能再开 {wanted}。",
        "Certificates of this batch cover {certified} already; {left} are left, not {wanted}.",
    ),
    "exceeds_free": (
        "批次 {lot} 最多能减掉 {free}：其余的已上架、装箱或卖出。要减得更多，请先下架商品。",
        "Batch {lot} can be lowered by {free} at most: the rest is on offer, packed or sold. Close an offer first to lower it further.",
    ),
    "below_certified": (
        "批次 {lot} 的合格证已经开了 {certified}，数量不能改得比这少。",
        "Certificates of batch {lot} cover {certified}; it cannot hold less than that.",
    ),
    "too_many_trainings": (
        "一个账号最多记 {most} 次培训，请联系系统管理员。",
        "An account holds at most {most} trainings; ask whoever runs the system.",
    ),
    "batch_held": (
        "批次 {lot} 已暂停或召回，不能销售、装箱、贴标或发货。",
        "Batch {lot} is held or recalled; it cannot be sold, packed, labelled or shipped.",
    ),
    "batch_expired": (
        "批次 {lot} 的保鲜期到 {best_before}，已过。先看货；确认还能卖，再勾选确认（expired_ok）。",
        "Batch {lot} was best before {best_before}. Look at it first; if it is still good, say so (expired_ok).",
    ),
    "not_enough_in_batch": (
        "批次余量只够 {packs_possible} 份，请减少份数或增加批次。",
        "The batches hold enough for {packs_possible} packs; lower the packs or add a batch.",
    ),
    "too_many_offers": (
        "批次 {lot} 的在售商品太多，请先下架一些，或新建批次。",
        "Batch {lot} feeds too many open offers; close some, or register another batch.",
    ),
    "offer_ended": (
        "“{title}”已经下架，不能再改；要再卖，请用“再上一个”。",
        "“{title}” is closed and cannot be changed; to sell it again, duplicate it.",
    ),
    "too_many_batches": (
        "“{title}”最多从 {most} 个批次出货；请用“再上一个”另上一份。",
        "“{title}” may draw on {most} batches at most; duplicate it for more.",
    ),
    "offer_too_spread": (
        "“{title}”卖得太多，加不了货；请用“再上一个”另上一份。",
        "So much of “{title}” is sold that it takes no more packs; duplicate it for more.",
    ),
    "too_many_widened": (
        "批次 {lot} 的商品加别的批次的货次数太多，这次加不了；请用“再上一个”另上一份。",
        "Offers of lot {lot} got packs of other batches too often for one more; duplicate the offer"
        " for more.",
    ),
    "price_changed": (
        "“{title}”的价格刚改了，现在是 {price_fen} 分，没有下单；请看过再下单。",
        "The price of “{title}” has just changed to {price_fen} fen, nothing was ordered; look and"
        " order again.",
    ),
    "out_of_stock": (
        "“{title}”只剩 {packs_left} 份，不够这次购买。",
        "“{title}” has {packs_left} packs left, not enough for this order.",
    ),
    "offer_closed": ("“{title}”现在不在售卖时间内。", "“{title}” is not on sale now."),
    "over_limit": (
        "“{title}”每人限购 {limit} 份。",
        "“{title}” is limited to {limit} packs per customer.",
    ),
    "too_many_unpaid": (
        "“{title}”现在一人最多留 {unpaid_limit} 份未付款，这次还能下 {packs_possible} 份；请先付款再下，要得多请联系卖家下单。",
        "“{title}”: one buyer may hold up to {unpaid_limit} unpaid packs now, {packs_possible} more in this order; pay first and order again, or ask the seller to place a large order.",
    ),
    "reference_used": (
        "这个付款单号已经登记给订单 {number}，没有再登记；请核对是哪一单的付款。",
        "This reference already paid order {number}; nothing was recorded. Check which order the payment is for.",
    ),
    "coupon_unknown": (
        "没有这张优惠券，请核对券码，或不用券下单。",
        "There is no such coupon; check its code, or order without it.",
    ),
    "coupon_not_yours": (
        "这张优惠券是发给另一个电话的，请用收到券的电话下单，或不用券。",
        "This coupon was given to another phone number; order with that one, or without it.",
    ),
    "coupon_used": (
        "这张优惠券已经用过了，请不用券下单。",
        "This coupon was used already; order without it.",
    ),
    "coupon_expired": (
        "这张优惠券 {expires_on} 已到期，请不用券下单。",
        "This coupon ended on {expires_on}; order without it.",
    ),
    "coupon_below_minimum": (
        "货款满 {min_total_fen} 分才能用这张优惠券，现在是 {goods_fen} 分；请加购或不用券。",
        "This coupon needs goods of {min_total_fen} fen, these come to {goods_fen}; add some, or order without it.",
    ),
    "too_many_coupons": (
        "这位顾客已有 {most} 张没用的优惠券，请等用掉或到期再发。",
        "This customer has {most} unused coupons; wait until one is used or ends.",
    ),
    "customer_erased": (
        "这位顾客的资料已按要求抹去，不能再发券。",
        "This person was erased on request; no coupon can be issued to them.",
    ),
    "wrong_amount": (
        "应付 {total_fen} 分，收到 {paid_fen} 分；请核对后重试。",
        "{total_fen} fen are due but {paid_fen} were paid; check and send again.",
    ),
    "exceeds_refundable": (
        "最多还能退 {refundable_fen} 分。",
        "At most {refundable_fen} fen can still be refunded.",
    ),
    "over_packed": (
        "第 {line} 行还差 {packs_left} 份未装，不能装 {packs} 份。",
        "Line {line} has {packs_left} packs left to pack, not {packs}.",
    ),
    "wrong_batch": (
        "批次 {batch_id} 不属于第 {line} 行的售卖批次。",
        "Batch {batch_id} does not belong to the offer of line {line}.",
    ),
    "exceeds_batch": (
        "批次 {lot} 只剩 {left} 可以装这单，不够这次的 {wanted}，请换一个批次。",
        "Batch {lot} has {left} left for this order, not {wanted}; pack from another batch.",
    ),
    "too_large": (
        "一次涉及的记录太多，请分成几个小一些的订单。",
        "This touches too many records at once; split it into smaller orders.",
    ),
    "too_many_rows": (
        "一次最多 {most} 行，请分成几个文件。",
        "At most {most} rows at once; split the file.",
    ),
    "too_many_labels": (
        "一次最多打印 {most} 张标签，请分几次打。",
        "At most {most} labels are printed at once; print them in several parts.",
    ),
    "contact_changed": (
        "联系方式刚被别人改过，没有保存；请看现在的内容，再改一次。",
        "Somebody has changed the contact meanwhile, so nothing was saved; look at it and change it again.",
    ),
    "order_cancelled": (
        "装着它的订单已取消，收过的钱已退回，不再补寄，售后也到此为止。",
        "Its order was cancelled and paid back, so nothing is sent and the complaint has ended.",
    ),
    "replacement_stands": (
        "这单已免费补寄（{number}），取消就既给货又退钱；请先取消补寄单，已寄出的请改为退款。",
        "It was sent once more for nothing ({number}), so cancelling would give goods and money; cancel that order first or, if it has left, refund instead.",
    ),
    "paid_back": (
        "这单的钱已全部退回，不用再发货。还没装箱的请取消订单；已经寄出的，请打开订单逐个登记运单号。",
        "All that was paid for this order was refunded, so it is not to be sent. If it is not "
        "packed, cancel it; if it has left all the same, open the order and enter its waybill.",
    ),
    "box_was_seen": (
        "已有人说里面的货有问题，这箱货就不能当作没发过来取消。货已给出的、不打算发的，请在售后里全额退款，全退后不再列入待发货；说得不对的，可驳回后照常发货。",
        "Somebody has complained about what is in a box of it, so it cannot be cancelled as if it "
        "had never left. Settle the complaint with a full refund: what is paid back in full is on "
        "no list of what to ship. If the complaint is wrong, reject it and ship the box.",
    ),
    "stopped": (
        "订单 {number}：后来导入的平台文件说不用发、已发过或要先看，所以先不装箱、不发货；请打开订单取消、退款，"
        "或确认照发。",
        "Order {number}: a platform’s later file speaks against sending it, so it is neither packed nor "
        "sent; open it and cancel it, or say that it goes out all the same.",
    ),
    "no_code": (
        "照片里没有找到二维码，请靠近、对正后再拍。",
        "There is no QR code in the picture; go closer, hold the phone straight and try again.",
    ),
    "no_replacement": (
        "“{title}”没有可补寄的库存，请改为退款。",
        "“{title}” has no packs left to send again; settle it with a refund instead.",
    ),
    "buyer_erased": (
        "买家的资料已按要求抹去，没有地址可寄，请改为退款。",
        "The buyer was erased on request, so there is no address to send to; refund instead.",
    ),
    "too_many_replies": (
        "一家店最多存 {most} 条常用语，请先删掉不用的。",
        "A shop keeps at most {most} saved replies; delete one that is not used.",
    ),
    "photo_unknown": (
        "照片 {photo_id} 没有登记，请先上传。",
        "Photo {photo_id} is not registered; upload it first.",
    ),
    "photo_not_uploaded": (
        "照片 {photo_id} 还没有传完，请重新上传。",
        "Photo {photo_id} has not been uploaded yet; upload it again.",
    ),
    "photo_on_its_way": (
        "这张照片还在拍它的手机里，手机有信号后会自动传上来。",
        "This photo is still on the phone that took it; it comes once the phone has signal.",
    ),
    "not_a_picture": (
        "这个文件不是 {content_type} 图片，请换一张 jpeg、png 或 webp。",
        "This file is not a {content_type} picture; send a jpeg, png or webp.",
    ),
    "photo_differs": (
        "收到的照片与登记的大小或校验值不同，请重新上传。",
        "The photo differs from its registered size or SHA-256; upload it again.",
    ),
    "file_not_uploaded": (
        "文件还没有传完，请重新上传。",
        "The file has not been uploaded yet; upload it again.",
    ),
    "file_differs": (
        "收到的文件与登记的大小或校验值不同，请重新上传。",
        "The file differs from its registered size or SHA-256; upload it again.",
    ),
    "file_unreadable": (
        "这个文件不是能读的 CSV 或 XLSX；请从平台重新导出，旧的 .xls 请另存为 .xlsx。",
        "This file is no CSV or XLSX that can be read; export it again, and save an old .xls as .xlsx.",
    ),
    "file_quote": (
        '第 {row} 行有一个没有配对的引号 "，分不清后面几行是另外的订单，还是同一格里的内容；'
        "请在表里删掉这个引号，再导入。",
        'Row {row} has a quotation mark " without its pair, so the rows behind it may be orders of'
        " their own or the text of one cell; delete the mark in the table and send it again.",
    ),
    "file_locked": (
        "这个文件有打开密码，请去掉密码后再传。",
        "This file asks for a password; remove it and upload the file again.",
    ),
    "file_too_large": (
        "文件最多 {rows} 行、{columns} 列，展开后 {megabytes} MB；请分成几个文件。",
        "A file holds at most {rows} rows, {columns} columns and {megabytes} MB unpacked; split it.",
    ),
    "file_without_rows": (
        "文件里没有找到标题行和订单，请检查是不是订单导出文件。",
        "The file has no row of headings with orders below it; check that it is an export of orders.",
    ),
    "no_such_sheet": (
        "文件里没有这张工作表；有的是：{names}。请重新选。",
        "The file has no such sheet; it has {names}. Choose again.",
    ),
    "sheets_hidden": (
        "有内容的工作表都是隐藏的：{names}。请在表格软件里取消隐藏，再上传。",
        "All sheets with anything in them are hidden: {names}. Unhide them and upload the file again.",
    ),
    "sheets_differ": (
        "这几张工作表的标题行不一样，不能当一张表读：{names}。请分几次导入，每次选一种。",
        "These sheets have different headings and cannot be read as one table: {names}."
        " Import them one after the other.",
    ),
    "too_many_items": (
        "文件里有超过 {most} 种商品，请分成几个文件。",
        "The file names more than {most} kinds of goods; split it.",
    ),
    "file_gone": (
        "这个文件已按规定删除（最多保留 {hours} 小时），请重新上传。",
        "The file was deleted, as it is kept for {hours} hours at most; upload it again.",
    ),
    "link_expired": (
        "这个链接已失效，请回到原页面重新打开。",
        "This link has expired; open it again from the page it was on.",
    ),
    "household_number_differs": (
        "村里已有“{name}”，户编号跟您填的不一样。是同一户就清空户编号；不是就换个名称。",
        "The village has “{name}” already, with another household code. The same household: leave the code empty. Another one: give it another name.",
    ),
    "household_name_differs": (
        "这个户编号是“{name}”的。是同一户就把名称改成“{name}”；不是就改户编号。",
        "This household code is that of “{name}”. The same household: name it “{name}”. Another one: correct the code.",
    ),
    "taken": ("{what}“{value}”已被使用，请换一个。", "{what} “{value}” is taken; choose another."),
    "too_many": (
        "操作太频繁，请 {retry_after} 秒后再试。",
        "Too many tries; wait {retry_after} seconds.",
    ),
    "busy": (
        "现在登录的人太多，请过 {retry_after} 秒再试。",
        "Too many people sign in at this moment; try again in {retry_after} seconds.",
    ),
    "store_unavailable": (
        "系统忙，请稍后用同样的内容重试，不会重复。",
        "The store is busy or away; send the same again in a moment, it will not be doubled.",
    ),
}

BATCH_ENDED: dict[str, tuple[str, str]] = {
    "recalled": (
        "这批货已召回，不再收检测、不开合格证、不改数量，也不能暂停或解除。",
        "This batch is recalled: no more tests, certificates, corrections, holds or releases.",
    ),
    "closed": (
        "这批货已关闭，不再收检测，也不能暂停或解除；要停售可以召回。",
        "This batch is closed: no more tests, holds or releases; it can still be recalled.",
    ),
}
"""Said instead of "not_allowed_now", by the state of the batch."""

WHAT: dict[str, tuple[str, str]] = {
    "account": ("账号", "account"),
    "batch": ("批次", "batch"),
    "certificate": ("合格证", "certificate"),
    "code": ("溯源码", "code"),
    "complaint": ("售后单", "complaint"),
    "customer": ("顾客", "customer"),
    "difference": ("差异", "difference"),
    "import": ("导入", "import"),
    "inspection": ("检测记录", "inspection"),
    "merchant": ("商户号", "merchant"),
    "month": ("月份的账", "month of the books"),
    "offer": ("商品", "offer"),
    "order": ("订单", "order"),
    "packing": ("装箱记录", "packing run"),
    "page": ("页面", "page"),
    "parcel": ("包裹", "parcel"),
    "photo": ("照片", "photo"),
    "producer": ("生产者", "producer"),
    "product": ("产品", "product"),
    "proposal": ("暂停建议", "proposal"),
    "refund": ("退款", "refund"),
    "reply": ("常用语", "saved reply"),
    "return": ("退货", "return"),
    "shop": ("店铺", "shop"),
    "village": ("村", "village"),
}
