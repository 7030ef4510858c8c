"""The WhatsApp Business Cloud API: the only place that knows its JSON besides the simulator."""
