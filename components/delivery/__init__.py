"""Delivery: the pipeline of one application, from a commit to a healthy state."""

from components.delivery.args import DeliveryArgs
from components.delivery.component import Delivery

__all__ = ["Delivery", "DeliveryArgs"]
