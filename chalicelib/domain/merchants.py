"""A shop's account at a payment provider: who it is there, and by which keys it is known."""

import re
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, SecretStr

from .errors import Invalid
from .fields import Body, Instant, Model

ProviderName = Literal["wechatpay"]
HOSTS: dict[ProviderName, tuple[str, ...]] = {
    "wechatpay": ("https://api.mch.weixin.qq.com", "https://api2.mch.weixin.qq.com"),
}
"""Where each provider is asked. The server calls no other address, whoever enters it."""
MOST_EARLIER = 5
"""Sets of keys that are kept after a change: some mistakes in a row lose none that is in use."""
PAYER_HOSTS: dict[ProviderName, tuple[str, str]] = {
    "wechatpay": ("https://open.weixin.qq.com", "https://api.weixin.qq.com"),
}
"""Where the provider's own browser is led to say who pays, and where the server asks who that is:
it calls no other address for it."""
H5_HOSTS: dict[ProviderName, str] = {"wechatpay": "https://wx.tenpay.com"}
"""Where a phone's browser is led to pay."""
KEYS = ("private_key", "apiv3_key", "public_key", "app_secret")
"""What is sealed."""
SHOWN = ("mchid", "appid", "serial_no", "public_key_id", "base_url", "enabled", "has_app_secret")
Verdict = Literal["ok", "serial_no", "private_key", "public_key", "refused", "away"]
"""What a provider's answer says of a merchant's keys: which of them does not belong to the others.
refused: the keys are known, and the merchant may not ask."""
LONGEST_PEM = 8192
"""Characters: an RSA key of 4096 bits has some 3300."""


def _matching(pattern: str, chinese: str, english: str) -> AfterValidator:
    """Raises ValueError with these words, and not with what was given."""

    def check(value: str | SecretStr) -> str | SecretStr:
        given = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not re.fullmatch(pattern, given):
            raise ValueError(chinese, english)
        return value

    return AfterValidator(check)


_MCHID = _matching(
    r"[0-9]{8,10}", "应为商户号：8 到 10 位数字", "must be the merchant's number: 8 to 10 digits"
)
_APPID = _matching(
    r"wx[0-9A-Za-z]{16}",
    "应为 AppID：wx 开头，共 18 位字母数字",
    "must be an AppID: wx and 16 letters or digits",
)
_SERIAL_NO = _matching(
    r"[0-9A-Fa-f]{8,64}",
    "应为商户 API 证书序列号：只有 0-9 和 A-F",
    "must be the serial number of the merchant's API certificate: only 0-9 and A-F",
)
_PUBLIC_KEY_ID = _matching(
    r"PUB_KEY_ID_[0-9A-Za-z]{8,50}",
    "应为微信支付公钥 ID：PUB_KEY_ID_ 开头",
    "must be the id of the provider's public key, which begins with PUB_KEY_ID_",
)
_APIV3_KEY = _matching(
    r"[!-~]{32}",
    "应为 APIv3 密钥：正好 32 个字母数字",
    "must be the APIv3 key: exactly 32 characters",
)
_APP_SECRET = _matching(
    r"[0-9A-Za-z]{32}",
    "应为公众号的 AppSecret：正好 32 位字母数字",
    "must be the official account's AppSecret: exactly 32 letters or digits",
)


class NewMerchant(Body):
    """private_key, public_key: the whole files, as they were downloaded. base_url: the provider's
    other address, where the first is out of reach. app_secret: of the AppID; without it nobody
    pays inside the provider's own browser, as it is not known there who they are."""

    mchid: Annotated[str, Field(max_length=32), _MCHID]
    appid: Annotated[str, Field(max_length=32), _APPID]
    serial_no: Annotated[str, Field(max_length=64), _SERIAL_NO, AfterValidator(str.upper)]
    private_key: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST_PEM)]
    apiv3_key: Annotated[SecretStr, Field(max_length=64), _APIV3_KEY]
    public_key_id: Annotated[str, Field(max_length=64), _PUBLIC_KEY_ID]
    public_key: Annotated[SecretStr, Field(min_length=1, max_length=LONGEST_PEM)]
    base_url: Annotated[str, Field(max_length=200)] | None = None
    app_secret: Annotated[SecretStr, Field(max_length=64), _APP_SECRET] | None = None
    enabled: bool = True
    """Whether buyers may pay by it; what was paid by it can be refunded all the same."""


class KeySet(Model):
    """Who the shop is at the provider, by one set of keys. sealed: KEYS, as JSON."""

    mchid: str
    appid: str
    serial_no: str
    public_key_id: str
    sealed: str = Field(repr=False)
    has_app_secret: bool = False


class ShopMerchant(KeySet):
    """A shop's account at a provider. earlier: the sets before this one, the last first; what was
    begun by one of them is refunded and told of by it."""

    shop_id: str
    provider: ProviderName
    base_url: str = ""
    enabled: bool = True
    earlier: tuple[KeySet, ...] = ()
    changed_by: str = ""
    changed_at: Instant
    since: Instant | None = None
    """From when on buyers may pay by it without a break; None while they may not."""
    entered_at: Instant | None = None
    """When the shop first had one; None where that was not noted yet."""

    @property
    def current(self) -> KeySet:
        return KeySet(**KeySet.taken_from(self))

    def switched(self, enabled: bool, by: str, now: Instant) -> "ShopMerchant":
        """Whether buyers may pay by it."""
        since = (self.since or now) if enabled else None
        update = {"enabled": enabled, "changed_by": by, "changed_at": now, "since": since}
        return self.model_copy(update=update)

    @property
    def sets(self) -> tuple[KeySet, ...]:
        """All that are kept, the present one first."""
        return (self.current, *self.earlier)


def read_provider(name: str) -> ProviderName:
    """Raises Invalid."""
    for known in get_args(ProviderName):
        if name == known:
            return known  # type: ignore[no-any-return]
    names = ", ".join(get_args(ProviderName))
    raise Invalid(("provider", f"只能是 {names}", f"must be {names}"))


def hosts_of_payers(provider: ProviderName, base_url: str) -> tuple[str, str]:
    """The two of PAYER_HOSTS, or the sandbox, which is all of them on a machine of its own."""
    ours = base_url and base_url not in HOSTS[provider]
    return (base_url, base_url) if ours else PAYER_HOSTS[provider]


def check_base_url(provider: ProviderName, url: str, also: tuple[str, ...]) -> str:
    """The address without a slash at its end; "" stands for the provider's first.

    also: beginnings of addresses that may be entered here beside the provider's. Raises Invalid.
    """
    url = url.rstrip("/")
    if not url or url in HOSTS[provider] or (also and url.startswith(also)):
        return url
    names = ", ".join(HOSTS[provider])
    raise Invalid(("base_url", f"只能是 {names}，或不填", f"must be {names}, or left out"))
