"""stalk-nlp: points a reader of message exports to evidence of the four signs of stalking."""
