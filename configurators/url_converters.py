"""What stands in an address of an image."""

from django.urls import register_converter
from django.urls.converters import StringConverter

from configurators.definition.images import FILE_PATTERN


class FileConverter(StringConverter):
    """The hash by which an image is named; anything else is no address of ours."""

    regex = FILE_PATTERN


register_converter(FileConverter, "sha256")
