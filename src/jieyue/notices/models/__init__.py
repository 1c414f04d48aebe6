"""What readers are told, and by which way it reached them."""

from jieyue.notices.models.notices import Notice

__all__ = ["Notice"]
