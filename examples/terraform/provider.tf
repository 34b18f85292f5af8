terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

# The unmodified AWS provider. Where to find Fleetless it reads from the environment, as the AWS CLI does:
# AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
provider "aws" {
  region = "us-east-1"

  default_tags {
    tags = {
      team        = "web"
      environment = var.environment
    }
  }
}

variable "environment" {
  description = "A tag of everything."
  type        = string
  default     = "test"
}

variable "retention_in_days" {
  description = "How long the task's output is kept."
  type        = number
  default     = 7
}

variable "greeting" {
  description = "What the task says."
  type        = string
  default     = "hello"
}

variable "api_token" {
  description = "The secret that the task gets."
  type        = string
  default     = "first"
  sensitive   = true
}
