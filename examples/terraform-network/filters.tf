resource "aws_ec2_managed_prefix_list" "offices" {
  name           = "offices"
  address_family = "IPv4"
  max_entries    = 5
}

resource "aws_ec2_managed_prefix_list_entry" "head_office" {
  prefix_list_id = aws_ec2_managed_prefix_list.offices.id
  cidr           = "198.51.100.0/24"
  description    = "Head office"
}

resource "aws_security_group" "clients" {
  name_prefix = "clients-"
  vpc_id      = aws_vpc.tasks.id
}

resource "aws_security_group" "service" {
  name   = "service"
  vpc_id = aws_vpc.tasks.id
}

resource "aws_vpc_security_group_ingress_rule" "from_clients" {
  security_group_id            = aws_security_group.service.id
  referenced_security_group_id = aws_security_group.clients.id
  ip_protocol                  = "tcp"
  from_port                    = var.service_port
  to_port                      = var.service_port
}

resource "aws_vpc_security_group_ingress_rule" "from_offices" {
  security_group_id = aws_security_group.service.id
  prefix_list_id    = aws_ec2_managed_prefix_list.offices.id
  ip_protocol       = "icmp"
  from_port         = 8
  to_port           = 0
}

resource "aws_vpc_security_group_egress_rule" "everywhere" {
  security_group_id = aws_security_group.clients.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_security_group_rule" "among_clients" {
  security_group_id = aws_security_group.clients.id
  type              = "ingress"
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  self              = true
}

resource "aws_default_security_group" "tasks" {
  vpc_id = aws_vpc.tasks.id
}

resource "aws_default_network_acl" "tasks" {
  default_network_acl_id = aws_vpc.tasks.default_network_acl_id

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }

  # Subnets that no other ACL is given come here by themselves.
  lifecycle {
    ignore_changes = [subnet_ids]
  }
}

resource "aws_network_acl" "shared" {
  vpc_id = aws_vpc.shared.id
}

resource "aws_network_acl_association" "shared" {
  network_acl_id = aws_network_acl.shared.id
  subnet_id      = aws_subnet.shared.id
}

resource "aws_network_acl_rule" "service" {
  network_acl_id = aws_network_acl.shared.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "tcp"
  cidr_block     = aws_vpc_ipv4_cidr_block_association.more.cidr_block
  from_port      = var.service_port
  to_port        = var.service_port
}

resource "aws_network_acl_rule" "answers" {
  network_acl_id = aws_network_acl.shared.id
  egress         = true
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "tcp"
  cidr_block     = aws_vpc_ipv4_cidr_block_association.more.cidr_block
  from_port      = 1024
  to_port        = 65535
}

resource "aws_network_acl_rule" "ping" {
  network_acl_id  = aws_network_acl.shared.id
  rule_number     = 110
  rule_action     = "deny"
  protocol        = "58"
  ipv6_cidr_block = "::/0"
  icmp_type       = 128
  icmp_code       = 0
}
