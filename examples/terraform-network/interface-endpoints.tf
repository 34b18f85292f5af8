# A service that has endpoints of both kinds: this is the one with interfaces.
data "aws_vpc_endpoint_service" "s3" {
  service      = "s3"
  service_type = "Interface"
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id              = aws_vpc.tasks.id
  service_name        = data.aws_vpc_endpoint_service.s3.service_name
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true

  dns_options {
    private_dns_only_for_inbound_resolver_endpoint = false
  }
}

# At an address that is known beforehand.
resource "aws_vpc_endpoint" "queues" {
  vpc_id            = aws_vpc.tasks.id
  service_name      = "com.amazonaws.${data.aws_region.current.name}.sqs"
  vpc_endpoint_type = "Interface"
  subnet_ids        = [aws_subnet.private.id]

  subnet_configuration {
    subnet_id = aws_subnet.private.id
    ipv4      = cidrhost(aws_subnet.private.cidr_block, var.queues_host)
  }
}
