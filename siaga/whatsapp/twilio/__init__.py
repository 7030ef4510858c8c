"""WhatsApp by way of Twilio: the second road, over the same inbox, turns and outbox."""
