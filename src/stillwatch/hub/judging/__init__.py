"""What may be taken in: bounds and shape, the gate, whose an object is, what it is called here."""
