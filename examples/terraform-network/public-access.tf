# For all VPCs of the account in this region, but the one that is shared.
resource "aws_vpc_block_public_access_options" "region" {
  internet_gateway_block_mode = var.internet_gateway_block_mode
}

resource "aws_vpc_block_public_access_exclusion" "shared" {
  vpc_id                          = aws_vpc.shared.id
  internet_gateway_exclusion_mode = "allow-bidirectional"
}
