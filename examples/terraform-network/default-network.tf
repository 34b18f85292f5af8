# Taken in hand, not made: they stay when all else goes.
resource "aws_default_vpc" "default" {
  enable_dns_hostnames = true
}

resource "aws_default_subnet" "first" {
  availability_zone = data.aws_availability_zones.available.names[0]
}

data "aws_vpc" "default" {
  id = aws_default_vpc.default.id
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [aws_default_vpc.default.id]
  }

  filter {
    name   = "default-for-az"
    values = ["true"]
  }
}

data "aws_subnet" "first" {
  id = aws_default_subnet.first.id
}

data "aws_security_group" "default" {
  name   = "default"
  vpc_id = aws_default_vpc.default.id
}

data "aws_route_table" "public" {
  subnet_id  = aws_subnet.public.id
  depends_on = [aws_route_table_association.public]
}

data "aws_vpc_endpoint_service" "dynamodb" {
  service      = "dynamodb"
  service_type = "Gateway"
}

data "aws_nat_gateway" "public" {
  id = aws_nat_gateway.public.id
}

data "aws_prefix_list" "dynamodb" {
  prefix_list_id = aws_vpc_endpoint.dynamodb.prefix_list_id
}

data "aws_vpc_peering_connection" "shared" {
  id         = aws_vpc_peering_connection.shared.id
  depends_on = [aws_vpc_peering_connection_accepter.shared]
}

data "aws_network_interfaces" "public" {
  filter {
    name   = "subnet-id"
    values = [aws_subnet.public.id]
  }

  depends_on = [aws_network_interface.fixed, aws_nat_gateway.public]
}
