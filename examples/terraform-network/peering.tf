resource "aws_vpc_peering_connection" "shared" {
  vpc_id      = aws_vpc.tasks.id
  peer_vpc_id = aws_vpc.shared.id
}

resource "aws_vpc_peering_connection_accepter" "shared" {
  vpc_peering_connection_id = aws_vpc_peering_connection.shared.id
  auto_accept               = true
}

resource "aws_route" "to_shared" {
  route_table_id            = aws_route_table.private.id
  destination_cidr_block    = aws_vpc.shared.cidr_block
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.shared.id
}

# The way back of the answers.
resource "aws_default_route_table" "shared" {
  default_route_table_id = aws_vpc.shared.default_route_table_id

  route {
    cidr_block                = aws_vpc_ipv4_cidr_block_association.more.cidr_block
    vpc_peering_connection_id = aws_vpc_peering_connection_accepter.shared.id
  }

  route {
    ipv6_cidr_block        = "::/0"
    egress_only_gateway_id = aws_egress_only_internet_gateway.shared.id
  }
}

resource "aws_egress_only_internet_gateway" "shared" {
  vpc_id = aws_vpc.shared.id
}
