package com.example.shop;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application of Spring Modulith that knows nothing of Outrail. */
@SpringBootApplication
public class ShopApplication {}
