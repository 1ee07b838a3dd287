"""METAIA: the backend that a marketplace's apps live on."""
