// Lets both official clients talk to Puna, and prints what they got as one JSON object.
//
//     node clients.mjs URL FOLDER      (the clients are in FOLDER/node_modules)

import { createRequire } from 'node:module'
import { join } from 'node:path'

const [url, folder] = process.argv.slice(2)
const require = createRequire(join(folder, 'package.json'))
const { Ollama } = require('ollama')
const { OpenAI } = require('openai')

const messages = [{ role: 'user', content: 'x' }]
const schema = {
    type: 'object',
    properties: { colour: { enum: ['red', 'blue'] } },
    required: ['colour'],
    additionalProperties: false,
}
const tools = [
    { type: 'function', function: { name: 'weather', description: 'now', parameters: schema } },
]
const greedy = { temperature: 0, num_predict: 100 }

async function collected(stream, textOf) {
    const texts = []
    for await (const chunk of stream) texts.push(textOf(chunk))
    return texts.join('')
}

async function ollamaAnswers() {
    const client = new Ollama({ host: url })
    const chat = await client.chat({ model: 'script', messages })
    const stream = await client.chat({ model: 'script', messages, stream: true })
    const generated = await client.generate({ model: 'script', prompt: 'x', stream: true })
    const called = await client.chat({ model: 'caller', messages, tools, think: true })
    const shaped = await client.chat({
        model: 'random', messages, format: schema, options: greedy,
    })
    const embedded = await client.embed({ model: 'embedder', input: ['a', 'b'] })
    const error = await client.chat({ model: 'none', messages }).catch((error) => error)
    return {
        chat: chat.message.content,
        stream: await collected(stream, (chunk) => chunk.message.content),
        generated: await collected(generated, (chunk) => chunk.response),
        thinking: called.message.thinking,
        calls: called.message.tool_calls,
        shaped: JSON.parse(shaped.message.content),
        embeddings: embedded.embeddings.length,
        models: (await client.list()).models.map((model) => model.name),
        error: [error.status_code, error.message],
    }
}

async function openaiAnswers() {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'ollama', maxRetries: 0 })
    const chats = client.chat.completions
    const chat = await chats.create({ model: 'script', messages })
    const stream = await chats.create({ model: 'script', messages, stream: true })
    const called = await chats.create({ model: 'caller', messages, tools })
    const shaped = await chats.create({
        model: 'random', messages, temperature: 0,
        response_format: { type: 'json_schema', json_schema: { name: 'paint', schema } },
    })
    const embedded = await client.embeddings.create({ model: 'embedder', input: ['a', 'b'] })
    const response = await client.responses.create({ model: 'script', input: 'x' })
    const events = await client.responses.create({ model: 'script', input: 'x', stream: true })
    const error = await chats.create({ model: 'none', messages }).catch((error) => error)
    return {
        chat: chat.choices[0].message.content,
        stream: await collected(stream, (chunk) => chunk.choices[0].delta.content ?? ''),
        calls: called.choices[0].message.tool_calls,
        shaped: JSON.parse(shaped.choices[0].message.content),
        embeddings: embedded.data.length,
        response: response.output_text,
        events: await collected(events, (event) => event.delta ?? ''),
        error: [error.status, error.code, error.message],
    }
}

const found = { ollama: await ollamaAnswers(), openai: await openaiAnswers() }
console.log(JSON.stringify(found))
