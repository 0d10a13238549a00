# Written by `stillwatch gateways`; changes are overwritten.
"192.0.2.0/24" block;
"2001:db8::/32" block;
