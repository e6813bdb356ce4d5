import sys

from azure.identity import DefaultAzureCredential
from azure.servicebus import ServiceBusClient

namespace, team = sys.argv[1:3]
with ServiceBusClient(namespace, DefaultAzureCredential()) as client:
    with client.get_subscription_receiver("image-versions", team) as receiver:
        for message in receiver:
            # The same id may come again: do the work so that twice is as good as once.
            print(message.message_id, message.application_properties[b"cloudEvents:type"].decode(), message, flush=True)
            receiver.complete_message(message)
