"""Copy of the county's page of a shop's account at a payment provider."""

from .. import TextTable

TEXTS: TextTable = {
    "merchant_title": ("微信支付 · {shop}", "WeChat Pay · {shop}"),
    "merchant_none": (
        "还没有录入商户号，买家不能在线付款。",
        "No account is entered yet, so buyers cannot pay online.",
    ),
    "merchant_on": ("能在线付款", "Buyers can pay online"),
    "merchant_off": ("停收新付款", "No new payments"),
    "merchant_since": ("开通时间", "Since"),
    "merchant_changed": ("最近改动", "Last changed"),
    "merchant_off_text": (
        "买家不能在线付款；已经收的款照常退。",
        "Buyers cannot pay online; what was paid is still refunded.",
    ),
    "merchant_stop": ("停收新付款", "Take no new payments"),
    "merchant_start": ("恢复收款", "Take payments again"),
    "merchant_check": ("核对密钥", "Check the keys"),
    "merchant_check_hint": (
        "问一次微信支付，不动钱。",
        "Asks WeChat Pay once and moves no money.",
    ),
    "merchant_enter": ("录入商户号", "Enter the account"),
    "merchant_change": ("换密钥或商户号", "Change keys or account"),
    "merchant_enter_text": (
        "都在 pay.weixin.qq.com，用超级管理员登录。密钥存下后谁也看不到，换的时候整套重新录入；旧的留着，退以前收的款。",
        "All of it is on pay.weixin.qq.com, signed in as the administrator. Nobody sees a key again; enter the whole set to change one. Earlier sets are kept for what was paid by them.",
    ),
    "merchant_again": (
        "有错要改时，三项密钥要重新粘贴：它们不会再显示。",
        "After a mistake paste the three keys again: they are never shown.",
    ),
    "in_mchid": ("商户号", "Merchant number"),
    "in_appid": ("AppID", "AppID"),
    "in_serial_no": ("商户 API 证书序列号", "Certificate’s serial"),
    "in_public_key_id": ("微信支付公钥 ID", "Public key id"),
    "in_base_url": ("接口地址", "Address of the interface"),
    "in_base_url_hint": (
        "一般不填。连不上时填 https://api2.mch.weixin.qq.com",
        "Usually empty; https://api2.mch.weixin.qq.com where the first is out of reach",
    ),
    "in_secret_private_key": (
        "商户私钥：apiclient_key.pem 的全文",
        "Private key: all of apiclient_key.pem",
    ),
    "in_secret_apiv3_key": ("APIv3 密钥", "APIv3 key"),
    "in_secret_public_key": (
        "微信支付公钥：pub_key.pem 的全文",
        "WeChat Pay’s public key: all of pub_key.pem",
    ),
    "in_sealed": ("密钥", "Keys"),
    "in_enabled": ("在线付款", "Online payment"),
    "is_on": ("开", "on"),
    "is_off": ("停", "off"),
    "merchant_save": ("存下", "Save"),
    "done_entered": ("已存下。请核对密钥。", "Saved. Check the keys now."),
    "done_stopped": ("已停收新付款。", "No new payments are taken."),
    "done_started": ("已恢复收款。", "Payments are taken again."),
    "check_ok": ("对得上", "They belong together"),
    "check_ok_text": (
        "商户号、证书序列号、私钥和微信支付公钥是一套。APIv3 密钥和 AppID 要付一笔才能核对：请每种方式付 1 分。",
        "Merchant number, serial number, private key and public key are one set. APIv3 key and AppID show only in a payment: pay 1 fen each way.",
    ),
    "check_serial_no": ("证书序列号不对", "Wrong serial number"),
    "check_serial_no_text": (
        "微信支付不认这个序列号。请在“API 安全”里重新抄。",
        "WeChat Pay does not know this serial number. Copy it again from API 安全.",
    ),
    "check_private_key": ("私钥不对", "Wrong private key"),
    "check_private_key_text": (
        "微信支付验不了签名：商户号、证书序列号和私钥不是一套。",
        "WeChat Pay cannot verify the signature: number, serial number and private key are not one set.",
    ),
    "check_public_key": ("微信支付公钥不对", "Wrong public key"),
    "check_public_key_text": (
        "微信支付答了，但答复不是用录入的公钥签的。请核对公钥和公钥 ID。",
        "WeChat Pay answered, but not signed by the public key that was entered. Check the key and its id.",
    ),
    "check_refused": ("微信支付没有接受", "WeChat Pay refuses"),
    "check_refused_text": (
        "密钥对得上，但这个商户号不能用。请在商户平台看它的状态。",
        "The keys are known, but the account may not be used. Look at it on the merchant platform.",
    ),
    "check_away": ("微信支付没有答复", "WeChat Pay does not answer"),
    "check_away_text": (
        "不能说密钥对不对。请过一会再核对。",
        "So nothing is known of the keys. Check again in a while.",
    ),
}
