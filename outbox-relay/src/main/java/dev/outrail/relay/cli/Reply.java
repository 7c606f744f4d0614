package dev.outrail.relay.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** What the relay answered: an HTTP code, and JSON as text and as tree. */
record Reply(int code, String text, JsonNode json) {

  boolean isDone() {
    return code / 100 == 2;
  }
}
