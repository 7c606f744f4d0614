package com.example.shop.shipping;

import org.springframework.modulith.events.Externalized;

/** Without a target and a key: the names are Modulith's. */
@Externalized
public record ParcelShippedV2(long order) {}
