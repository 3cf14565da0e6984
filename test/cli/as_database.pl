#!/usr/bin/perl
# Writes a database in MaxMind's format, by MaxMind's own writer (Debian: libmaxmind-db-writer-perl):
#   as_database.pl FILE TYPE < LINES
# A line has three fields between tabs: a prefix, a number and a name. Type "ASN": the fields are those
# of GeoLite2-ASN; an empty name makes a record without one. Type "Country": the name is that of a
# country, as in a database of something else.
use strict;
use warnings;
use open ':std', ':encoding(UTF-8)';
use MaxMind::DB::Writer::Tree;

my ($file, $type) = @ARGV;
my %types = (
    autonomous_system_number       => 'uint32',
    autonomous_system_organization => 'utf8_string',
    country                        => 'utf8_string',
);
my $tree = MaxMind::DB::Writer::Tree->new(
    ip_version            => 6,
    record_size           => 24,
    database_type         => "Test-$type",
    languages             => ['en'],
    description           => { en => 'made by a test' },
    remove_reserved_networks => 0,
    map_key_type_callback => sub { $types{ $_[0] } },
);
while (my $line = <STDIN>) {
    chomp $line;
    my ($prefix, $number, $name) = split /\t/, $line, -1;
    $prefix =~ m{^(.*)/(\d+)$} or die "no prefix: $prefix";
    my $record = $type eq 'ASN' ? { autonomous_system_number => $number } : { country => $name };
    $record->{autonomous_system_organization} = $name if $type eq 'ASN' && $name ne '';
    # IPv4 lies in ::/96, as in MaxMind's own databases.
    $tree->insert_network($prefix =~ /:/ ? $prefix : "::$1/" . (96 + $2), $record);
}
open my $out, '>:raw', $file or die "$file: $!";
$tree->write_tree($out);
close $out or die "$file: $!";
