"""The product of a run: one folder of safetensors and JSON that answers without Thaw's database."""
