"""What each outside platform's order files call their columns.

How sure a profile is: A, the vendor's own document or a file that the platform made; B, several
independent sources; C, one source. The years are those of the sources: a platform may have changed
its files since. What stands in `unsourced` was found in no source and is kept as it does no harm.
"""

from .chat_shops import CHAT_SHOPS
from .columns import Platform, Profile
from .marketplaces import MARKETPLACES

PROFILES: dict[Platform, Profile] = MARKETPLACES | CHAT_SHOPS
