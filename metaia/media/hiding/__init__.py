"""Hiding: the files of a hidden picture lie under private keys, so that no address of it is public any more."""
