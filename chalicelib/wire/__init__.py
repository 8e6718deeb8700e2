"""How AWS is asked: signed JSON over kept connections, without botocore's client."""
