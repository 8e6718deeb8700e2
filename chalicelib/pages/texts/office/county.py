"""Copy of the county's desk: people and their trainings, and tests to look at."""

from .. import TextTable

FLAGS: TextTable = {
    # What a record should be looked at for.
    "training_lapsed": ("培训已过期（有效期至 {until}）", "Training lapsed (valid until {until})"),
    "training_later": ("检测时还没参加培训", "Tested before the training"),
    "training_none": ("没有这项检测的培训记录", "No training in this method"),
    "clock_slow": ("手机时间慢 {time}", "Phone clock {time} slow"),
    "clock_fast": ("手机时间快 {time}", "Phone clock {time} fast"),
    "clock_was_slow": ("记的时候手机时间慢 {time}", "Phone clock was {time} slow"),
    "clock_was_fast": ("记的时候手机时间快 {time}", "Phone clock was {time} fast"),
    "clock_was_about": ("没有手填的检测时间已更正", "a test time that nobody typed was put right"),
    "clock_unknown": (
        "手机时间被调过，差多少不知道",
        "Phone clock was changed, nobody knows by how much",
    ),
    "clock_ahead": ("手机记的时间比收到时还晚", "Recorded later than it was received"),
    "clock_unknown_about": ("时间靠不住，请问检测人", "ask the inspector when it was"),
    "before_harvest": ("检测比采收早 7 天以上", "Tested more than 7 days before the harvest"),
    "span_days": ("{many} 天 {few} 小时", "{many} d {few} h"),
    "span_hours": ("{many} 小时 {few} 分", "{many} h {few} min"),
    "span_minutes": ("{few} 分", "{few} min"),
    "photos_waiting": ("{n} 张照片还在手机里", "{n} photos still on the phone"),
    "photos_waiting_one": ("1 张照片还在手机里", "1 photo still on the phone"),
}

TEXTS: TextTable = {
    # The list of people.
    "people_title": ("人员和培训", "People and training"),
    "people_none": ("还没有账号。", "No account yet."),
    "people_more": ("后面的", "Further"),
    "people_first": ("回到开头", "Back to the start"),
    "account_row": ("{username} · {role}", "{username} · {role}"),
    "trainings_row": ("{n} 项培训", "{n} trainings"),
    "trainings_row_one": ("1 项培训", "1 training"),
    "trained": ("培训有效", "Trained"),
    "untrained": ("没有培训记录", "No training"),
    "some_lapsed": ("有培训过期", "Training lapsed"),
    # One of them.
    "account_title": ("账号", "Account"),
    "fact_username": ("用户名", "Username"),
    "fact_role": ("身份", "Role"),
    "fact_villages": ("负责的村", "Villages"),
    "fact_shop": ("店铺", "Shop"),
    "fact_opened": ("开通", "Opened"),
    "trainings_title": ("培训记录", "Trainings"),
    "trainings_none": ("还没有培训记录。", "No training yet."),
    "training_days": ("{begin} 培训，有效期至 {end}", "trained {begin}, valid until {end}"),
    "training_by": ("培训单位 {trainer}", "by {trainer}"),
    "training_number": ("证号 {number}", "certificate {number}"),
    "training_valid": ("有效", "Valid"),
    "training_over": ("已过期", "Lapsed"),
    "training_ahead": ("未开始", "Not yet"),
    "training_new": ("登记一次培训", "Record a training"),
    "course": ("检测方法", "Test method"),
    "choose_course": ("请选择", "Choose"),
    "course_hint": ("方法名来自产品的检测方案。", "Methods as the products’ inspection plans name them."),
    "no_methods": ("还没有产品，先建产品和检测方案，才有方法可选。", "There is no product yet: methods come from the products’ inspection plans."),
    "trained_on": ("培训日期", "Trained on"),
    "valid_until": ("有效期至", "Valid until"),
    "trainer": ("培训单位", "Trained by"),
    "certificate_no": ("证书编号", "Certificate number"),
    "save_training": ("保存培训", "Save the training"),
    "done_trained": ("培训已登记。", "The training is recorded."),
    # Tests to look at.
    "flagged_title": ("要核对的检测", "Tests to look at"),
    "flagged_text": (
        "检测人没有有效培训，或时间靠不住：手机时间不准，或检测比采收早太多。检测结果照常有效，请联系本人核实。",
        "The inspector had no valid training, or the time is in doubt: the phone’s clock was off, or the test is older than the harvest. The results stand; ask the inspector.",
    ),
    "flagged_none": ("没有要核对的检测。", "No test to look at."),
    "flagged_row": ("{who} 测于 {tested}，传到 {recorded}", "{who} tested {tested}, sent {recorded}"),
    "corrected_since": ("后来已更正", "corrected since"),
}  # fmt: skip
