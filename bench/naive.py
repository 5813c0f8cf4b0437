"""The script that everybody writes first: paho, json, one INSERT and one commit for each message, acknowledged automatically."""

import json
from urllib.parse import unquote, urlsplit

import psycopg
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

TABLE = """CREATE TABLE naive_reading (
    device text, observed_at timestamptz, seq bigint, distance_mm integer, temperature_c real, battery_pct real,
    received_at timestamptz DEFAULT now(), PRIMARY KEY (device, observed_at))"""
INSERT = """INSERT INTO naive_reading (device, observed_at, seq, distance_mm, temperature_c, battery_pct)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""


def run(broker_url: str, database_url: str, client_id: str, topic: str) -> None:
    """Store what comes on the topic, until killed."""
    conn = psycopg.connect(database_url)

    def on_message(_client: Client, _data: object, message: MQTTMessage) -> None:
        told = json.loads(message.payload)
        reading = told["reading"]
        values = (told["device"], told["observed_at"], told["seq"])
        conn.execute(INSERT, (*values, reading["distance_mm"], reading["temperature_c"], reading["battery_pct"]))
        conn.commit()

    url = urlsplit(broker_url)
    client = Client(CallbackAPIVersion.VERSION2, client_id, clean_session=False)
    if url.username:
        client.username_pw_set(unquote(url.username), unquote(url.password or ""))
    client.on_message = on_message
    client.connect(url.hostname or "", url.port or 1883)
    client.subscribe(topic, 1)
    client.loop_forever()
