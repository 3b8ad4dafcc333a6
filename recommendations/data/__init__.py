"""Stage 1: ratings become numbers. Knows numpy and scipy, and neither Django nor the clock."""

from recommendations.data.interactions import IdMap, InvalidInteractions, SideInformation

__all__ = ["IdMap", "InvalidInteractions", "SideInformation"]
