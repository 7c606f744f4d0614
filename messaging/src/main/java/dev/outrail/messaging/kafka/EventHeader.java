package dev.outrail.messaging.kafka;

/** A header of an event's record, as text. */
public record EventHeader(String name, String value) {}
