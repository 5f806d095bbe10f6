"""The screens where editors make and publish configurators."""
