import sys

from azure.identity import DefaultAzureCredential
from azure.servicebus import ServiceBusClient

namespace, team = sys.argv[1:3]
with ServiceBusClient(namespace, DefaultAzureCredential()) as client:
    with client.get_subscription_receiver("image-versions", team) as receiver:
        for message in receiver:
            # The same id may come again: do the work so that twice is as good as once.
            properties = message.application_properties
            print(properties[b"cloudEvents:id"].decode(), properties[b"cloudEvents:type"].decode(), message, flush=True)
            receiver.complete_message(message)
