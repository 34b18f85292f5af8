resource "aws_internet_gateway" "tasks" {
  vpc_id = aws_vpc.tasks.id
}

resource "aws_eip" "nat" {
  domain     = "vpc"
  depends_on = [aws_internet_gateway.tasks]
}

resource "aws_nat_gateway" "public" {
  allocation_id = aws_eip.nat.id
  subnet_id     = aws_subnet.public.id
}

resource "aws_nat_gateway" "private" {
  connectivity_type = "private"
  subnet_id         = aws_subnet.private.id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.tasks.id
}

resource "aws_route" "to_internet" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.tasks.id
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.tasks.id
}

resource "aws_route" "through_nat" {
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.public.id
}

resource "aws_route" "to_offices" {
  route_table_id             = aws_route_table.private.id
  destination_prefix_list_id = aws_ec2_managed_prefix_list.offices.id
  nat_gateway_id             = aws_nat_gateway.public.id
}

resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}

resource "aws_main_route_table_association" "private" {
  vpc_id         = aws_vpc.tasks.id
  route_table_id = aws_route_table.private.id
}

resource "aws_vpc_endpoint" "dynamodb" {
  vpc_id       = aws_vpc.tasks.id
  service_name = data.aws_vpc_endpoint_service.dynamodb.service_name
}

resource "aws_vpc_endpoint_route_table_association" "dynamodb" {
  vpc_endpoint_id = aws_vpc_endpoint.dynamodb.id
  route_table_id  = aws_route_table.private.id
}

# An interface that a public address stays with.
resource "aws_network_interface" "fixed" {
  subnet_id         = aws_subnet.public.id
  description       = "Keeps its address"
  private_ips       = ["10.40.1.50"]
  security_groups   = [aws_security_group.service.id]
  source_dest_check = true
}

resource "aws_eip" "fixed" {
  domain = "vpc"
}

resource "aws_eip_association" "fixed" {
  allocation_id        = aws_eip.fixed.id
  network_interface_id = aws_network_interface.fixed.id
}
