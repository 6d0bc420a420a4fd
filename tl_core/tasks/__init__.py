"""What a model is asked to do: one file each. A task gives the head, the loss, the exact probe and the decoding."""
