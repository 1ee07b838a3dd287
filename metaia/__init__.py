"""METAIA: the backend that a marketplace's apps live on."""

__version__ = "0.1.0"
