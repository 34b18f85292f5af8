# Where offices are to come in by VPN: their devices, and the VPC's end. Routes that the offices tell of are for the
# private subnet, a fixed one for the rest.
resource "aws_customer_gateway" "office" {
  for_each = {
    north = { address = "198.51.100.10", asn = 65010 }
    south = { address = "198.51.100.20", asn = 65020 }
  }

  type        = "ipsec.1"
  ip_address  = each.value.address
  bgp_asn     = each.value.asn
  device_name = each.key
}

resource "aws_vpn_gateway" "offices" {
  amazon_side_asn = 64620

  tags = {
    Site = var.office_site
  }
}

resource "aws_vpn_gateway_attachment" "offices" {
  vpc_id         = aws_vpc.tasks.id
  vpn_gateway_id = aws_vpn_gateway.offices.id
}

resource "aws_vpn_gateway_route_propagation" "private" {
  vpn_gateway_id = aws_vpn_gateway_attachment.offices.vpn_gateway_id
  route_table_id = aws_route_table.private.id
}

resource "aws_route" "to_labs" {
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = "192.168.0.0/16"
  gateway_id             = aws_vpn_gateway_attachment.offices.vpn_gateway_id
}
