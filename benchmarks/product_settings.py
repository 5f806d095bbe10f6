"""The product as it is, and two addresses that only a benchmark asks for."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.product_urls"
