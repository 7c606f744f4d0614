/** What is looked at while contenders work: the topic, processes and the database server. */
@NullMarked
package dev.outrail.bench.measure;

import org.jspecify.annotations.NullMarked;
