"""The conversation's door to the places that vaccinate: where one is, when it is open, what is free there."""
