"""What the forms have in common: their state in a turn, how a message is taken as an answer, and how they ask.

A capability's form is a subclass of ``OpenForm`` and of ``ValidateForm``, and one ``AskQuestion`` for each slot.
Whatever a form does not take as an answer is answered by the rules of ``data/rules``, which hold in every form, and
``siaga.dialogue.afterthought`` has the form ask again.
"""
