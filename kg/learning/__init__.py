"""From annotated passages to trained models; needs the extra `train`."""
