"""What has to be done for citizens: callbacks that were promised, data to correct, alarms."""
