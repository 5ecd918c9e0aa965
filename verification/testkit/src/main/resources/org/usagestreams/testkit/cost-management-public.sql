-- The tables of cost management's schema public that name organisations and their sources.
CREATE TABLE IF NOT EXISTS public.api_customer (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schema_name text UNIQUE,
    org_id text
);

CREATE TABLE IF NOT EXISTS public.api_providerauthentication (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    credentials jsonb NOT NULL
);

CREATE TABLE IF NOT EXISTS public.api_provider (
    uuid uuid PRIMARY KEY,
    name text NOT NULL,
    type text NOT NULL,
    customer_id int REFERENCES public.api_customer,
    authentication_id int REFERENCES public.api_providerauthentication
);
