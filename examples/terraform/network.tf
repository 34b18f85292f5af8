data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

data "aws_security_group" "default" {
  vpc_id = data.aws_vpc.default.id
  name   = "default"
}

data "aws_availability_zones" "all" {
  state = "available"
}

resource "aws_security_group" "web" {
  name        = "web"
  description = "Whoever may call the task"
  vpc_id      = data.aws_vpc.default.id

  ingress {
    description = "http from the VPC, as ${var.environment} has it"
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = [data.aws_vpc.default.cidr_block]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_vpc_security_group_ingress_rule" "metrics" {
  security_group_id            = aws_security_group.metrics.id
  referenced_security_group_id = aws_security_group.web.id
  from_port                    = 9090
  to_port                      = 9090
  ip_protocol                  = "tcp"
}

resource "aws_security_group" "metrics" {
  name   = "metrics"
  vpc_id = data.aws_vpc.default.id
}
