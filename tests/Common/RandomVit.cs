namespace MuSc.Tests;

/// <summary>A small vision transformer with random weights, in the names of any public checkpoint.</summary>
public sealed class RandomVit
{
    public const int Width = 12;
    public const int Heads = 3;
    public const int Patch = 4;
    public const int Grid = 3;
    public const int Depth = 4;
    public const int Hidden = 20;
    public const int Projected = 7;
    private readonly Random _random = new(20240501);
    private readonly Dictionary<string, float[]> _values = [];

    /// <summary>CLIP as OpenAI and open_clip name it.</summary>
    public SafetensorsBuilder OpenClip()
    {
        SafetensorsBuilder file = Embedding("visual.class_embedding", "visual.positional_embedding", "visual.conv1", bias: false, [Width], [Positions, Width]);
        Norm(file, "visual.ln_pre", "pre");
        for (int block = 0; block < Depth; block++)
        {
            string name = $"visual.transformer.resblocks.{block}";
            Norm(file, $"{name}.ln_1", $"{block}.norm1");
            file.Add($"{name}.attn.in_proj_weight", Joint(block, "weight", Width), 3 * Width, Width);
            file.Add($"{name}.attn.in_proj_bias", Joint(block, "bias", 1), 3 * Width);
            Linear(file, $"{name}.attn.out_proj", $"{block}.out", Width, Width);
            Norm(file, $"{name}.ln_2", $"{block}.norm2");
            Linear(file, $"{name}.mlp.c_fc", $"{block}.up", Width, Hidden);
            Linear(file, $"{name}.mlp.c_proj", $"{block}.down", Hidden, Width);
        }

        Norm(file, "visual.ln_post", "final");
        return file.Add("visual.proj", Transposed(Values("proj", Projected * Width), Projected, Width), Width, Projected);
    }

    /// <summary>CLIP as Hugging Face names it.</summary>
    public SafetensorsBuilder HuggingFaceClip()
    {
        const string root = "vision_model.embeddings.";
        SafetensorsBuilder file = Embedding(root + "class_embedding", root + "position_embedding.weight", root + "patch_embedding", bias: false, [Width], [Positions, Width]);
        Norm(file, "vision_model.pre_layrnorm", "pre");
        for (int block = 0; block < Depth; block++)
        {
            string name = $"vision_model.encoder.layers.{block}";
            Norm(file, $"{name}.layer_norm1", $"{block}.norm1");
            Linear(file, $"{name}.self_attn.q_proj", $"{block}.q", Width, Width);
            Linear(file, $"{name}.self_attn.k_proj", $"{block}.k", Width, Width);
            Linear(file, $"{name}.self_attn.v_proj", $"{block}.v", Width, Width);
            Linear(file, $"{name}.self_attn.out_proj", $"{block}.out", Width, Width);
            Norm(file, $"{name}.layer_norm2", $"{block}.norm2");
            Linear(file, $"{name}.mlp.fc1", $"{block}.up", Width, Hidden);
            Linear(file, $"{name}.mlp.fc2", $"{block}.down", Hidden, Width);
        }

        Norm(file, "vision_model.post_layernorm", "final");
        file.AddRaw(root + "position_ids", "I64", new byte[8 * Positions], 1, Positions);
        return file.Add("visual_projection.weight", Values("proj", Projected * Width), Projected, Width);
    }

    /// <summary>CLIP as timm names it.</summary>
    public SafetensorsBuilder TimmClip()
    {
        SafetensorsBuilder file = Timm(bias: false, scales: false);
        Norm(file, "norm_pre", "pre");
        return file.Add("head.weight", Values("proj", Projected * Width), Projected, Width).Add("head.bias", new float[Projected], Projected);
    }

    /// <summary>DINO, DINOv2 or a plain ViT as timm and Facebook name it.</summary>
    public SafetensorsBuilder Timm(bool bias, bool scales)
    {
        SafetensorsBuilder file = Embedding("cls_token", "pos_embed", "patch_embed.proj", bias, [1, 1, Width], [1, Positions, Width]);
        for (int block = 0; block < Depth; block++)
        {
            string name = $"blocks.{block}";
            Norm(file, $"{name}.norm1", $"{block}.norm1");
            file.Add($"{name}.attn.qkv.weight", Joint(block, "weight", Width), 3 * Width, Width);
            file.Add($"{name}.attn.qkv.bias", Joint(block, "bias", 1), 3 * Width);
            Linear(file, $"{name}.attn.proj", $"{block}.out", Width, Width);
            Norm(file, $"{name}.norm2", $"{block}.norm2");
            Linear(file, $"{name}.mlp.fc1", $"{block}.up", Width, Hidden);
            Linear(file, $"{name}.mlp.fc2", $"{block}.down", Hidden, Width);
            if (scales)
            {
                file.Add($"{name}.ls1.gamma", Values($"{block}.scale1", Width), Width).Add($"{name}.ls2.gamma", Values($"{block}.scale2", Width), Width);
            }
        }

        Norm(file, "norm", "final");
        return file;
    }

    /// <summary>DINO or DINOv2 as Hugging Face names it.</summary>
    public SafetensorsBuilder HuggingFace(bool scales, string prefix)
    {
        string root = prefix + "embeddings.";
        SafetensorsBuilder file = Embedding(root + "cls_token", root + "position_embeddings", root + "patch_embeddings.projection", true, [1, 1, Width], [1, Positions, Width]);
        for (int block = 0; block < Depth; block++)
        {
            string name = $"{prefix}encoder.layer.{block}";
            Norm(file, scales ? $"{name}.norm1" : $"{name}.layernorm_before", $"{block}.norm1");
            Linear(file, $"{name}.attention.attention.query", $"{block}.q", Width, Width);
            Linear(file, $"{name}.attention.attention.key", $"{block}.k", Width, Width);
            Linear(file, $"{name}.attention.attention.value", $"{block}.v", Width, Width);
            Linear(file, $"{name}.attention.output.dense", $"{block}.out", Width, Width);
            Norm(file, scales ? $"{name}.norm2" : $"{name}.layernorm_after", $"{block}.norm2");
            Linear(file, scales ? $"{name}.mlp.fc1" : $"{name}.intermediate.dense", $"{block}.up", Width, Hidden);
            Linear(file, scales ? $"{name}.mlp.fc2" : $"{name}.output.dense", $"{block}.down", Hidden, Width);
            if (scales)
            {
                file.Add($"{name}.layer_scale1.lambda1", Values($"{block}.scale1", Width), Width);
                file.Add($"{name}.layer_scale2.lambda1", Values($"{block}.scale2", Width), Width);
            }
        }

        Norm(file, prefix + "layernorm", "final");
        return file;
    }

    /// <summary>Random pixels, [batch × 3 × S × S].</summary>
    public static float[] Pixels(int size, int batch)
    {
        Random random = new(77);
        return [.. Enumerable.Range(0, batch * 3 * size * size).Select(_ => (float)((random.NextDouble() * 4) - 2))];
    }

    private static int Positions => 1 + (Grid * Grid);

    private SafetensorsBuilder Embedding(string first, string positions, string patch, bool bias, long[] firstShape, long[] positionShape)
    {
        SafetensorsBuilder file = new();
        file.Add(first, Values("first", Width), firstShape);
        file.Add(positions, Values("positions", Positions * Width), positionShape);
        file.Add($"{patch}.weight", Values("patch.weight", Width * 3 * Patch * Patch), Width, 3, Patch, Patch);
        return bias ? file.Add($"{patch}.bias", Values("patch.bias", Width), Width) : file;
    }

    private void Norm(SafetensorsBuilder file, string name, string key) =>
        file.Add($"{name}.weight", Values($"{key}.weight", Width), Width).Add($"{name}.bias", Values($"{key}.bias", Width), Width);

    private void Linear(SafetensorsBuilder file, string name, string key, int inputs, int outputs) =>
        file.Add($"{name}.weight", Values($"{key}.weight", inputs * outputs), outputs, inputs).Add($"{name}.bias", Values($"{key}.bias", outputs), outputs);

    private float[] Joint(int block, string kind, int columns) =>
        [.. Values($"{block}.q.{kind}", Width * columns), .. Values($"{block}.k.{kind}", Width * columns), .. Values($"{block}.v.{kind}", Width * columns)];

    // Multiples of 1/64 up to 1: exact in float16 and bfloat16.
    private float[] Values(string key, int length)
    {
        if (!_values.TryGetValue(key, out float[]? values))
        {
            _values.Add(key, values = [.. Enumerable.Range(0, length).Select(_ => _random.Next(-64, 65) / 64f)]);
        }

        return values;
    }

    private static float[] Transposed(float[] matrix, int rows, int columns) =>
        [.. Enumerable.Range(0, rows * columns).Select(i => matrix[(i % rows * columns) + (i / rows)])];
}
