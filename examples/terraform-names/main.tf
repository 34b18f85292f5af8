# Names inside a VPC for what comes and goes: Cloud Map, with DNS and without.
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

# Where to find Fleetless it reads from the environment, as the AWS CLI does.
provider "aws" {
  region = "us-east-1"

  default_tags {
    tags = {
      environment = var.environment
    }
  }
}

variable "environment" {
  description = "A tag of everything."
  type        = string
  default     = "test"
}

variable "web_ttl" {
  description = "For how long, in seconds, the web service's addresses may be remembered."
  type        = number
  default     = 10
}

data "aws_vpc" "default" {
  default = true
}
