# Two VPCs that talk over a peering: tasks live in one, what they share in the other. Beside them, the network that an
# account has from the start is taken in hand.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

provider "aws" {
  default_tags {
    tags = {
      Example = "terraform-network"
    }
  }
}

variable "flow_log_days" {
  description = "How long flow logs are kept."
  type        = number
  default     = 7
}

variable "service_port" {
  description = "On which the shared service listens."
  type        = number
  default     = 8443
}

variable "resolvers" {
  description = "The name servers that tasks are told of."
  type        = list(string)
  default     = ["AmazonProvidedDNS"]
}

variable "office_site" {
  description = "Where the offices that come in by VPN are."
  type        = string
  default     = "north"
}

variable "queues_host" {
  description = "The number of the address, in the private subnet, at which queues are called."
  type        = number
  default     = 20
}

variable "internet_gateway_block_mode" {
  description = "What internet gateways of this account and region are kept from."
  type        = string
  default     = "block-ingress"
}

data "aws_region" "current" {}

data "aws_availability_zones" "available" {
  state = "available"
}

resource "aws_vpc" "tasks" {
  cidr_block           = "10.40.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_vpc_ipv4_cidr_block_association" "more" {
  vpc_id     = aws_vpc.tasks.id
  cidr_block = "10.41.0.0/16"
}

resource "aws_vpc" "shared" {
  cidr_block                       = "10.50.0.0/16"
  assign_generated_ipv6_cidr_block = true
}

resource "aws_subnet" "public" {
  vpc_id            = aws_vpc.tasks.id
  cidr_block        = "10.40.1.0/24"
  availability_zone = data.aws_availability_zones.available.names[0]
}

# Of the VPC's second block.
resource "aws_subnet" "private" {
  vpc_id            = aws_vpc_ipv4_cidr_block_association.more.vpc_id
  cidr_block        = "10.41.1.0/24"
  availability_zone = data.aws_availability_zones.available.names[1]

  depends_on = [aws_vpc_ipv4_cidr_block_association.more]
}

resource "aws_subnet" "shared" {
  vpc_id          = aws_vpc.shared.id
  cidr_block      = "10.50.1.0/24"
  ipv6_cidr_block = cidrsubnet(aws_vpc.shared.ipv6_cidr_block, 8, 1)
}

# Its tasks have no IPv4 address at all.
resource "aws_subnet" "ipv6_only" {
  vpc_id                                         = aws_vpc.shared.id
  ipv6_cidr_block                                = cidrsubnet(aws_vpc.shared.ipv6_cidr_block, 8, 2)
  ipv6_native                                    = true
  assign_ipv6_address_on_creation                = true
  enable_resource_name_dns_aaaa_record_on_launch = true
}

resource "aws_vpc_dhcp_options" "tasks" {
  domain_name         = "tasks.internal"
  domain_name_servers = var.resolvers
}

resource "aws_vpc_dhcp_options_association" "tasks" {
  vpc_id          = aws_vpc.tasks.id
  dhcp_options_id = aws_vpc_dhcp_options.tasks.id
}
